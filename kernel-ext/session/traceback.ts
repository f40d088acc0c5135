// Errors as their cell's author reads them: the cell's own lines, and nothing of the kernel.
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { ErrorContent } from "../display/channel.ts";
import { plainText } from "../display/plain.ts";
import { type Position, positionAt } from "../language/edits.ts";
import type { PreparedCell, Problem } from "../language/language.ts";
import { type CellText, original } from "./cell-lines.ts";
import { inNotebook } from "./cell-modules.ts";
import { sourceMapOf } from "./resolve.ts";

const FILE = "gradbook-cell-";
const CELL_FRAME = /gradbook-cell-(\d+):(\d+):(\d+)/;
const FILE_FRAME = /(file:\/\/[^)\s]+?\.m?tsx?)\?v=\w+:(\d+):(\d+)/;
const MOST_FRAMES = 8;
const HIDDEN_FRAME =
  /\bnode:(internal|vm)\b|\/kernel-ext\/(session|display|wire|language|widgets)\/|gradbook-trampoline/;

export type { ErrorContent };

interface Cell extends CellText {
  readonly label: string;
}

/** What is known of an error's origin, noted when its stack is first read. */
interface Origin {
  /** The run at the bottom of the stack: the cell that began it. */
  readonly run: number | undefined;
  /** The innermost place in a cell. */
  readonly place: { readonly cell: Cell; readonly position: Position } | undefined;
}

export const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;
const cyan = (text: string): string => `\u001b[36m${text}\u001b[39m`;
const dim = (text: string): string => `\u001b[2m${text}\u001b[22m`;

export class Tracebacks {
  /** What has run, by its run. */
  readonly cells: Map<number, Cell> = new Map();
  readonly #origins = new WeakMap<object, Origin>();
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** From now on every `stack`, printed ones too, names cells and their lines and leaves the kernel out. */
  install(): void {
    Error.prepareStackTrace = (error, sites) => {
      const frames = this.#frames(error, sites.map(String));
      return [headline(error), ...frames.map((frame) => `    at ${frame}`)].join("\n");
    };
  }

  /** The file name under which the cell's script runs. */
  add(run: number, label: string, source: string, prepared: PreparedCell): string {
    this.cells.set(run, { label, source, prepared });
    return `${FILE}${run}`;
  }

  runOf(error: unknown): number | undefined {
    return this.#originOf(error)?.run;
  }

  /** The line of a cell that it came from, as this process has seen, and not as the error says. */
  lineOf(error: unknown): number | undefined {
    return this.#originOf(error)?.place?.position.line;
  }

  describe(error: unknown): ErrorContent {
    if (!(error instanceof Error)) {
      const evalue = plainText(error, 2).slice(0, 10_000);
      return { ename: "Thrown", evalue, traceback: [`${red("Thrown")}: ${evalue}`] };
    }
    const ename = nameOf(error);
    const evalue = String(error.message).slice(0, 10_000);
    const place = this.#originOf(error)?.place;
    const frames = String(error.stack)
      .split("\n")
      .filter((line) => /^ {4}at /.test(line) && !HIDDEN_FRAME.test(line))
      .slice(0, MOST_FRAMES)
      .map((line) => line.replace(/(Cell \[[^\]]*\]):(\d+):\d+/, "$1, line $2"));
    const lines = [
      ...(place ? [excerpt(place.cell, place.position)] : []),
      `${red(ename)}: ${evalue}`,
      ...frames.map(dim),
    ];
    if (error.cause instanceof Error && error.cause !== error) {
      lines.push("", "Caused by:", ...this.describe(error.cause).traceback);
    }
    if (error instanceof AggregateError) {
      for (const inner of error.errors.slice(0, 3)) lines.push("", ...this.describe(inner).traceback);
    }
    return { ename, evalue, traceback: lines };
  }

  /** Type and syntax errors: where they are, before anything has run. */
  describeProblems(label: string, source: string, problems: readonly Problem[]): ErrorContent {
    const [first] = problems;
    const ename = first?.kind === "type" ? "TypeCheckError" : "SyntaxError";
    const traceback = problems.slice(0, 5).flatMap(({ code, message, start, length }) => {
      const kind = code ? `TS${code}` : ename;
      const cell = { label, source };
      return [excerpt(cell, positionAt(source, start), length), `${red(kind)}: ${message}`, ""];
    });
    const more = problems.length - 5;
    if (more > 0) traceback.push(`… and ${more} more`);
    const { line, column } = positionAt(source, first?.start ?? 0);
    const evalue = `${label}, line ${line}, column ${column}: ${first?.message}`;
    return { ename, evalue, traceback: traceback.at(-1) === "" ? traceback.slice(0, -1) : traceback };
  }

  #originOf(error: unknown): Origin | undefined {
    if (typeof error !== "object" || error === null) return undefined;
    // Reading the stack is what makes V8 prepare it.
    void (error as Partial<Error>).stack;
    return this.#origins.get(error);
  }

  #frames(error: object, sites: readonly string[]): string[] {
    let run: number | undefined;
    let place: Origin["place"];
    const frames: string[] = [];
    for (const site of sites) {
      if (HIDDEN_FRAME.test(site)) continue;
      const [, id, row, column] = CELL_FRAME.exec(site) ?? [];
      const cell = this.cells.get(Number(id));
      if (!cell) {
        frames.push(this.#inFile(site));
        continue;
      }
      const position = original(cell, { line: Number(row), column: Number(column) });
      run = Number(id);
      place ??= { cell, position };
      frames.push(site.replace(CELL_FRAME, `${cell.label}:${position.line}:${position.column}`));
    }
    this.#origins.set(error, { run, place });
    return frames;
  }

  /** A frame in a local TypeScript file, with the line that its author wrote. */
  #inFile(site: string): string {
    const [whole, url, row, column] = FILE_FRAME.exec(site) ?? [];
    if (!whole || !url) return site;
    const entry = sourceMapOf(url)?.findEntry(Number(row) - 1, Number(column) - 1);
    const path = relative(this.#folder, inNotebook(fileURLToPath(url)));
    if (!entry || !("originalLine" in entry)) return site.replace(whole, `${path}:${row}:${column}`);
    return site.replace(whole, `${path}:${entry.originalLine + 1}:${entry.originalColumn + 1}`);
  }
}

/** A subclass that did not set its name is still better known by its own. */
function nameOf(error: Error): string {
  return error.name && error.name !== "Error"
    ? String(error.name)
    : String(error.constructor?.name || "Error");
}

function headline(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

/** A line, marked where it matters. */
export function excerpt(
  { label, source }: Pick<Cell, "label" | "source">,
  { line, column }: Position,
  length = 1,
): string {
  const text = source.split("\n")[line - 1] ?? "";
  const number = `${line} | `;
  const underline = "^".repeat(Math.max(1, Math.min(length, text.length - column + 1)));
  // Tabs stay tabs, so that the marker stands below its place whatever their width.
  const before = text.slice(0, column - 1).replace(/[^\t]/g, " ");
  return `${cyan(`${label}, line ${line}`)}\n${dim(number)}${text}\n${" ".repeat(number.length)}${before}${red(underline)}`;
}
