// Which text a cell's function was declared with, so that a verdict on it can say what it was a verdict on.

const origins = new WeakMap<object, string>();

/** The first cell counts: another name for a function is no new text. */
export function noteOrigin(callable: object, source: string): void {
  if (!origins.has(callable)) origins.set(callable, source);
}

/** The text of the cell that declared it; nothing for what was imported. */
export function originOf(callable: object): string | undefined {
  return origins.get(callable);
}
