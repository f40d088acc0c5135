// Any value as text, in bounded time and size: nothing that a cell ends with may hang or flood the notebook.
import { inspect, types } from "node:util";
import { signatureOf } from "./signature.ts";

/** The longest text (characters): enough for any table a person reads. */
const LONGEST = 100_000;
const LONGEST_STRING = 10_000;
const MOST_ITEMS = 100;
/** What one inspection may format before it is given up for a shallower one. */
const MOST_LEAVES = 20_000;
const MOST_CHARACTERS = 1_000_000;
/** Writing out a larger integer takes seconds. */
const LARGEST_INTEGER: bigint = 1n << 40_000n;

/**
 * The text/plain of a value. Own getters are not called, proxies not asked, long strings and collections cut.
 *
 * @example
 * plainText({ a: [1, 2] }); // "{ a: [ 1, 2 ] }"
 * plainText((x) => x * 2); // "function (x)"
 */
export function plainText(value: unknown, depth = 4): string {
  const text = textOf(value, depth);
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST)}\n… ${(text.length - LONGEST).toLocaleString("en")} more characters`;
}

function textOf(value: unknown, depth: number): string {
  if (typeof value === "bigint") return integer(value);
  try {
    if (types.isNativeError(value)) return errorText(value);
    if (typeof value === "function") return withSignature(value, inspectWithin(value, depth));
    return inspectWithin(value, depth);
  } catch (error) {
    if (!(error instanceof TooLarge)) return withoutCustom(value, error);
  }
  for (const shallower of [2, 0]) {
    try {
      return inspectWithin(cut(value), Math.min(depth, shallower));
    } catch {
      // One level less may do.
    }
  }
  return `${withoutCustom(value, new TooLarge())} (too large to show)`;
}

class TooLarge extends Error {}

/** `util.inspect` that throws TooLarge instead of formatting without end. */
function inspectWithin(value: unknown, depth: number): string {
  let leaves = 0;
  let characters = 0;
  const options = {
    depth,
    maxArrayLength: MOST_ITEMS,
    maxStringLength: LONGEST_STRING,
    compact: 3,
    stylize(text: string): string {
      leaves++;
      characters += text.length;
      if (leaves > MOST_LEAVES || characters > MOST_CHARACTERS) throw new TooLarge();
      return text;
    },
  };
  return inspect(value, options);
}

/** For a value whose own methods throw while it is looked at. */
function withoutCustom(value: unknown, error: unknown): string {
  try {
    return inspect(value, { depth: -1, customInspect: false });
  } catch {
    return `[${typeof value} that cannot be shown: ${error instanceof Error ? error.message : "it throws"}]`;
  }
}

function integer(value: bigint): string {
  if (value < LARGEST_INTEGER && value > -LARGEST_INTEGER) return `${value}n`;
  const bits = (value < 0n ? -value : value).toString(16).length * 4;
  const digits = Math.round(bits * Math.log10(2)).toLocaleString("en");
  return `[bigint of about ${digits} digits]`;
}

/** Name, message and where in cells and local files it came from, without the frames of packages and Node. */
function errorText(error: Error): string {
  const text = inspectWithin(error, 2);
  return text.replace(/\n {4}at .*(?:\bnode:|\/node_modules\/).*/g, "");
}

function withSignature(value: object, text: string): string {
  const signature = signatureOf(value);
  if (signature === undefined) return text;
  const head = /^\[(?:[^[\]]|\[[^\]]*\])*\]/.exec(text)?.[0] ?? "";
  return `${declared(head, signature)}${text.slice(head.length)}`;
}

/** `[AsyncFunction: load]` with its signature as a declaration would have it: `async function load(url: string)`. */
function declared(head: string, signature: string): string {
  const found = /^\[(Async)?(Generator)?Function(?:: ([\w$]+)| \(anonymous\))\]$/.exec(head);
  if (!found) return `${head} ${signature}`;
  const [, later, steps, name = ""] = found;
  return `${later ? "async " : ""}function${steps ? "*" : ""} ${name}${signature}`;
}

/** A copy in which every plain object has at most a hundred properties, three levels down. */
function cut(value: unknown, depth = 3, seen: Map<object, object> = new Map()): unknown {
  if (depth === 0 || typeof value !== "object" || value === null || types.isProxy(value)) return value;
  const known = seen.get(value);
  if (known) return known;
  if (Array.isArray(value)) {
    const copy: unknown[] = [];
    seen.set(value, copy);
    for (const item of value.slice(0, MOST_ITEMS)) copy.push(cut(item, depth - 1, seen));
    if (value.length > MOST_ITEMS) copy.push(more(value.length - MOST_ITEMS, "items"));
    return copy;
  }
  if (hasInnerState(value)) return value;
  const copy: object = Object.create(Object.getPrototypeOf(value));
  seen.set(value, copy);
  const keys = Object.keys(value);
  for (const key of keys.slice(0, MOST_ITEMS)) {
    const property = Object.getOwnPropertyDescriptor(value, key) ?? {};
    if ("value" in property) property.value = cut(property.value, depth - 1, seen);
    Object.defineProperty(copy, key, property);
  }
  if (keys.length > MOST_ITEMS) {
    const rest = more(keys.length - MOST_ITEMS, "properties");
    Object.defineProperty(copy, "…", { value: rest, enumerable: true });
  }
  return copy;
}

function more(count: number, what: string): object {
  return { [inspect.custom]: () => `${count.toLocaleString("en")} more ${what}` };
}

/** Whether a copy of its properties would not be the same thing. */
function hasInnerState(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    inspect.custom in value ||
    ArrayBuffer.isView(value) ||
    // Maps, dates and all the others of the language itself.
    (prototype !== null &&
      prototype !== Object.prototype &&
      /\[native code\]/.test(String(value.constructor)))
  );
}
