// Values as a test compares and shows them: numbers in a shape, or records of such.

/** A value taken apart. */
export type Plain =
  | { readonly kind: "numbers"; readonly shape: readonly number[]; readonly numbers: readonly number[] }
  | { readonly kind: "record"; readonly fields: ReadonlyMap<string, Plain> }
  | { readonly kind: "text"; readonly text: string }
  /** Anything else, in words. */
  | { readonly kind: "other"; readonly words: string };

const LONGEST = 80;
const NUMBERS_SHOWN = 8;

export function plain(value: unknown): Plain {
  if (typeof value === "number") return { kind: "numbers", shape: [], numbers: [value] };
  if (typeof value === "string") return { kind: "text", text: value };
  if (typeof value === "boolean") return { kind: "text", text: String(value) };
  if (value === null || typeof value !== "object") return { kind: "other", words: words(value) };
  if (isNumbers(value)) return { kind: "numbers", shape: [value.length], numbers: Array.from(value) };
  if (isTensor(value))
    return { kind: "numbers", shape: [...value.shape], numbers: Array.from(value.data, Number) };
  if (Array.isArray(value)) return stacked(value.map(plain));
  if (typeof Reflect.get(value, "then") === "function") return { kind: "other", words: "a promise" };
  const fields = Object.entries(value).map(([name, field]) => [name, plain(field)] as const);
  return { kind: "record", fields: new Map(fields) };
}

/** Rows of one shape are numbers of one rank more. */
function stacked(rows: readonly Plain[]): Plain {
  const numbers: number[] = [];
  let inner: readonly number[] | undefined;
  for (const row of rows) {
    if (row.kind !== "numbers") return rowsApart(rows);
    inner ??= row.shape;
    if (String(inner) !== String(row.shape)) return { kind: "other", words: "rows of different lengths" };
    for (const number of row.numbers) numbers.push(number);
  }
  return { kind: "numbers", shape: [rows.length, ...(inner ?? [])], numbers };
}

const rowsApart = (rows: readonly Plain[]): Plain => ({
  kind: "record",
  fields: new Map(rows.map((row, at) => [String(at), row])),
});

function words(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return typeof value === "function" ? "a function" : `a ${typeof value}`;
}

function isNumbers(value: object): value is ArrayLike<number> & object {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) && !(value instanceof BigInt64Array);
}

interface TensorLike {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

function isTensor(value: object): value is TensorLike {
  const { shape, data } = value as Partial<TensorLike>;
  return Array.isArray(shape) && typeof data === "object" && isNumbers(data);
}

/** A call as the student would write it, cut to a line. */
export function callText(name: string, args: readonly unknown[]): string {
  return cut(`${name}(${args.map((arg) => valueText(arg)).join(", ")})`);
}

/** A value in a line. */
export function valueText(value: unknown): string {
  if (typeof value === "function") return value.name || "a function";
  if (value !== null && typeof value === "object" && isTensor(value)) {
    return value.data.length > NUMBERS_SHOWN
      ? `a tensor of shape [${value.shape.join(", ")}]`
      : `tensor(${plainText(plain(value))})`;
  }
  return cut(plainText(plain(value)));
}

export function plainText(value: Plain): string {
  if (value.kind === "numbers") return numbersText(value.shape, value.numbers);
  if (value.kind === "text") return JSON.stringify(value.text);
  if (value.kind === "other") return value.words;
  return `{ ${[...value.fields].map(([name, field]) => `${name}: ${plainText(field)}`).join(", ")} }`;
}

function numbersText(shape: readonly number[], numbers: readonly number[]): string {
  if (shape.length === 0) return numberText(numbers[0]!);
  if (numbers.length === 0) return shape.length === 1 ? "[]" : `nothing, in shape [${shape.join(", ")}]`;
  const step = numbers.length / shape[0]!;
  const parts: string[] = [];
  for (let at = 0; at < shape[0]! && parts.join().length < LONGEST; at++) {
    parts.push(numbersText(shape.slice(1), numbers.slice(at * step, (at + 1) * step)));
  }
  return `[${parts.join(", ")}${parts.length < shape[0]! ? ", …" : ""}]`;
}

/** Four digits are enough to see what is wrong. */
export function numberText(value: number): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  return size < 1e-4 || size >= 1e6 ? value.toExponential(3) : String(Number(value.toPrecision(4)));
}

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);
