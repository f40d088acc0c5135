import { showAs, table } from "../display.ts";
import type { DanfoMaker } from "../io/danfo.ts";

/** What was measured in one epoch, by name: "epoch", "loss", "rate", "seconds", and whatever was asked for. */
export type HistoryRow = Readonly<Record<string, number>>;

/**
 * The experiment log: a row for each epoch. It has a data frame's form (`columns`, `values`), so that everything that
 * takes a frame takes it, and `frame` makes a real one.
 *
 * @example
 * const { history } = await fit({ … });
 * history.column("loss"); // [2.31, 0.82, 0.44]
 * history.frame(dfd); // a danfojs DataFrame
 */
export class History {
  readonly rows: readonly HistoryRow[];
  readonly $isSeries = false;

  constructor(rows: readonly HistoryRow[] = []) {
    this.rows = rows;
  }

  /** All names, in the order in which they first came. */
  get columns(): readonly string[] {
    return [...new Set(this.rows.flatMap((row) => Object.keys(row)))];
  }

  /** Row by row, in the columns' order; NaN where a row has no such number. */
  get values(): readonly (readonly number[])[] {
    const { columns } = this;
    return this.rows.map((row) => columns.map((name) => row[name] ?? Number.NaN));
  }

  /** One column's numbers, epoch by epoch. */
  column(name: string): readonly number[] {
    if (this.rows.length > 0 && !this.columns.includes(name)) {
      throw new RangeError(`History: no column "${name}"; there are ${this.columns.join(", ")}.`);
    }
    return this.rows.map((row) => row[name] ?? Number.NaN);
  }

  /** The same as a DataFrame of the danfojs that is handed over. */
  frame<Frame>(dfd: DanfoMaker<Frame>): Frame {
    return new dfd.DataFrame(
      this.values.map((row) => [...row]),
      { columns: [...this.columns] },
    );
  }

  toString(): string {
    return this.#table().text;
  }

  toHtml(): string {
    return this.#table().html;
  }

  #table(): { html: string; text: string } {
    const rows = this.values.map((row) => row.map(short));
    return table(`${rows.length} epochs`, this.columns, rows);
  }
}

showAs(History, (history) => ({ "text/plain": String(history), "text/html": history.toHtml() }));

/** A number in at most four digits. */
export function short(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(2) : String(+value.toPrecision(4));
}
