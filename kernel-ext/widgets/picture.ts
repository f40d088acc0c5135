// The still picture that is kept beside a figure in a notebook's file: a page without plotly shows it.
import type { Drawn } from "./figure.ts";
import { still } from "./still.ts";
import { Widget } from "./widget.ts";

/** While a figure changes, its picture is made anew so often (ms). */
const PAUSE = 1000;

export class Picture {
  readonly widget: Widget = new Widget("HTML", { value: "" });
  #made = -Infinity;
  #later: NodeJS.Timeout | undefined;

  /** At once where nothing has changed for a while: a cell's last change is in what is saved with the cell. */
  draw(figure: Drawn, words: string): void {
    clearTimeout(this.#later);
    const left = this.#made + PAUSE - performance.now();
    const make = (): void => {
      this.#made = performance.now();
      this.widget.set({ value: still(figure, words) });
    };
    if (left <= 0) make();
    else this.#later = setTimeout(make, left).unref();
  }
}
