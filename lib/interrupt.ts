const cellSignal: unique symbol = Symbol.for("Jupyter.interrupt");

/**
 * The signal of the notebook cell that runs, aborted when somebody interrupts it; nothing outside a notebook. What goes
 * on after an `await` of its own has to ask it, because a notebook can end only the code of its cells.
 *
 * @example
 * const interrupt = cellInterrupt();
 * for (;;) { await turn(); interrupt?.throwIfAborted(); … }
 */
export function cellInterrupt(): AbortSignal | undefined {
  const ask: unknown = Reflect.get(globalThis, cellSignal);
  const signal: unknown = typeof ask === "function" ? ask() : undefined;
  return signal instanceof AbortSignal ? signal : undefined;
}
