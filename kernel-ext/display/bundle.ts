// What a value looks like: one MIME bundle, from its own `Jupyter.display` method or from util.inspect.
import { inspect } from "node:util";

export type MimeBundle = Readonly<Record<string, unknown>>;

/** Deno's convention: a value with this method says itself how it is shown. */
export const displaySymbol: unique symbol = Symbol.for("Jupyter.display") as never;

/** The longest text/plain (characters): enough for any table a person reads. */
const LONGEST = 100_000;

/** The bundle of a value; a promise where the value's own method is asynchronous. */
export function bundleOf(value: unknown): MimeBundle | Promise<MimeBundle> {
  const method = displayMethod(value);
  if (!method) return { "text/plain": plainText(value) };
  const result = method.call(value);
  return result instanceof Promise ? result.then((bundle) => checked(bundle, value)) : checked(result, value);
}

export function plainText(value: unknown): string {
  const text = inspect(value, { depth: 4, maxArrayLength: 100, maxStringLength: 10_000, compact: 3 });
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST)}\n… ${text.length - LONGEST} more characters`;
}

function displayMethod(value: unknown): (() => unknown) | undefined {
  if ((typeof value !== "object" || value === null) && typeof value !== "function") return undefined;
  const method: unknown = (value as { [displaySymbol]?: unknown })[displaySymbol];
  return typeof method === "function" ? (method as () => unknown) : undefined;
}

function checked(bundle: unknown, value: unknown): MimeBundle {
  if (typeof bundle !== "object" || bundle === null || Array.isArray(bundle)) {
    throw new TypeError("The Jupyter.display method returned no MIME bundle, { [type]: data }");
  }
  const complete: Record<string, unknown> = {};
  for (const [type, data] of Object.entries(bundle)) {
    complete[type] = data instanceof Uint8Array ? Buffer.from(data).toString("base64") : data;
  }
  // Front ends fall back to text, and a notebook on disk is searched as text.
  complete["text/plain"] ??= value?.constructor?.name ?? "[object]";
  return complete;
}
