// Values of well-known packages, recognised by their shape: nothing is imported, so any version will do.
import { htmlTable, textTable } from "./html.ts";
import { plainText } from "./plain.ts";

type Bundle = Readonly<Record<string, unknown>>;

const MOST_ROWS = 20;
const MOST_COLUMNS = 30;
const LONGEST_CELL = 100;
/** Reading more numbers back from the device would take longer than a person waits. */
const MOST_NUMBERS = 10_000_000;

/** The look of a value that does not know this notebook but that everybody knows. */
export function knownLook(value: object): Bundle | undefined {
  return frame(value) ?? image(value) ?? tensor(value);
}

/** danfojs's DataFrame and Series: a table of the first and last rows. */
function frame(value: object): Bundle | undefined {
  if (!("$isSeries" in value && "columns" in value && "index" in value && "values" in value))
    return undefined;
  const { $isSeries: series, columns, index, values } = value;
  if (typeof series !== "boolean" || !Array.isArray(columns)) return undefined;
  if (!Array.isArray(index) || !Array.isArray(values)) return undefined;
  const names = columns.slice(0, MOST_COLUMNS).map(cellText);
  const left = columns.length - names.length;
  const row = (at: number): string[] => {
    const data: unknown = values[at];
    const cells: unknown[] = Array.isArray(data) && !series ? data : [data];
    return [cellText(index[at]), ...cells.slice(0, MOST_COLUMNS).map(cellText), ...(left > 0 ? ["…"] : [])];
  };
  const head = ["", ...names, ...(left > 0 ? ["…"] : [])];
  const rows = shown(values.length).map((at) => (at === undefined ? head.map(() => "…") : row(at)));
  const columnsText = series ? "" : ` × ${count(columns.length, "column")}`;
  const caption = `${count(values.length, "row")}${columnsText}`;
  return { "text/html": htmlTable(caption, head, rows), "text/plain": textTable(caption, head, rows) };
}

/** Which rows are printed; undefined stands for those left out. */
function shown(length: number): (number | undefined)[] {
  if (length <= MOST_ROWS) return Array.from({ length }, (_, at) => at);
  const half = MOST_ROWS / 2;
  const first = Array.from({ length: half }, (_, at) => at);
  return [...first, undefined, ...first.map((at) => length - half + at)];
}

function cellText(value: unknown): string {
  const text = typeof value === "string" ? value : plainText(value, 1);
  return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text;
}

function count(number: number, what: string): string {
  return `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;
}

/** `{ data, mimeType: "image/…" }`, as the Web's and many libraries' pictures are. */
function image(value: object): Bundle | undefined {
  if (!("data" in value && "mimeType" in value)) return undefined;
  const { data, mimeType } = value;
  if (!(data instanceof Uint8Array) || typeof mimeType !== "string") return undefined;
  if (!/^image\/[\w.+-]+$/.test(mimeType)) return undefined;
  const text = `[${mimeType}, ${data.length.toLocaleString("en")} bytes]`;
  return {
    [mimeType]: mimeType === "image/svg+xml" ? Buffer.from(data).toString() : data,
    "text/plain": text,
  };
}

/** TensorFlow.js's Tensor: its type and shape above its own excerpt of the numbers. */
function tensor(value: object): Bundle | undefined {
  if (!("dataSync" in value && "shape" in value && "dtype" in value && "size" in value)) return undefined;
  const { dataSync, shape, dtype, size } = value;
  if (typeof dataSync !== "function" || !Array.isArray(shape) || typeof dtype !== "string") return undefined;
  const head = `${value.constructor.name} ${dtype} [${shape.join(", ")}]`;
  if ("isDisposed" in value && value.isDisposed === true) return { "text/plain": `${head}, disposed` };
  if (typeof size !== "number" || size > MOST_NUMBERS) return { "text/plain": head };
  const excerpt = String(value).replace(/^\s*Tensor\n/, "");
  return { "text/plain": `${head}\n${excerpt}` };
}
