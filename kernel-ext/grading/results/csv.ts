// Tables as comma-separated text, by RFC 4180.

export type Cell = string | number;

/** For Excel, which takes a file without it for one in the machine's old code page, and breaks every "é". */
export const BYTE_ORDER_MARK = "\ufeff";

/** A spreadsheet takes these for a formula's beginning, the wide forms among them. */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u;
const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?%?$/i;

/** Text that no spreadsheet computes: an apostrophe goes before what would begin a formula. */
export function guarded(text: string): string {
  // Moodle's dash for "never" is none, alone.
  if (text === "-") return text;
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

export interface Dialect {
  readonly separator: "," | ";" | "\t";
  readonly end: "\r\n" | "\n";
}

const STANDARD: Dialect = { separator: ",", end: "\r\n" };

export function csv(rows: readonly (readonly Cell[])[], { separator, end }: Dialect = STANDARD): string {
  return rows
    .map((row) =>
      row.map((cell) => quoted(typeof cell === "number" ? String(cell) : guarded(cell), separator)),
    )
    .map((row) => row.join(separator) + end)
    .join("");
}

const quoted = (text: string, separator: string): string =>
  /["\r\n]/.test(text) || text.includes(separator) ? `"${text.replaceAll('"', '""')}"` : text;

export interface Table {
  readonly rows: string[][];
  readonly dialect: Dialect;
  /** Whether a byte order mark stood before it. */
  readonly marked: boolean;
}

/** Takes what spreadsheets write: any line end, a comma, semicolon or tab between cells. */
export function parseCsv(text: string): Table {
  const marked = text.startsWith(BYTE_ORDER_MARK);
  const plain = marked ? text.slice(1) : text;
  const dialect = dialectOf(plain);
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let inside = false;
  const endCell = (): void => {
    row.push(cell);
    cell = "";
  };
  const endRow = (): void => {
    endCell();
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  };
  for (let at = 0; at < plain.length; at++) {
    const sign = plain[at]!;
    if (inside) {
      if (sign !== '"') cell += sign;
      else if (plain[at + 1] === '"') cell += plain[at++];
      else inside = false;
    } else if (sign === '"' && cell === "") inside = true;
    else if (sign === dialect.separator) endCell();
    else if (sign === "\n" || sign === "\r") {
      if (sign === "\r" && plain[at + 1] === "\n") at++;
      endRow();
    } else cell += sign;
  }
  if (cell !== "" || row.length) endRow();
  return { rows, dialect, marked };
}

/** By the first line, where a separator that stands inside quotes does not count. */
function dialectOf(text: string): Dialect {
  const head = (/^(?:"(?:[^"]|"")*"|[^"\r\n])*/.exec(text)?.[0] ?? "").replace(/"(?:[^"]|"")*"/g, "");
  const times = (sign: string): number => head.split(sign).length - 1;
  const separator = ([",", ";", "\t"] as const).reduce((most, one) =>
    times(one) > times(most) ? one : most,
  );
  return { separator, end: text.includes("\r\n") ? "\r\n" : "\n" };
}

/** A table that came from elsewhere, with its own separators, line ends and byte order mark. */
export const csvLike = ({ rows, dialect, marked }: Table): string =>
  (marked ? BYTE_ORDER_MARK : "") + csv(rows, dialect);
