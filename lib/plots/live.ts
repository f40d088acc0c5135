import { display, type LiveDisplay, liveDisplay, type MimeBundle } from "../display.ts";
import { type CurvesOptions, lossCurves } from "./curves.ts";
import type { Figure } from "./figure.ts";
import { sketch } from "./sketch.ts";

/** Redrawn after so long (ms). */
const PAUSE = 250;
/** So many points are drawn of a curve; of more, each is the mean of its neighbours. */
const MOST_POINTS = 500;

export type LiveCurvesOptions = Pick<CurvesOptions, "title" | "x" | "y" | "log">;

interface Curve {
  readonly at: number[];
  readonly values: number[];
}

/**
 * Curves that grow while something runs: in a notebook drawn in one place four times a second, and at the end a figure
 * there. What has been drawn stays when the cell is interrupted. In a terminal nothing is shown; `figure` is there all
 * the same.
 *
 * @example
 * const live = new LiveCurves({ title: "Training", y: "cross-entropy (nats)" });
 * for (let step = 0; step < 1000; step++) live.add({ training: trainStep() });
 * live.end();
 */
export class LiveCurves {
  readonly #options: LiveCurvesOptions;
  readonly #curves = new Map<string, Curve>();
  readonly #show: LiveDisplay | undefined = liveDisplay();
  #handle: ReturnType<LiveDisplay> | undefined;
  #drawn = -Infinity;
  #steps = 0;

  constructor(options: LiveCurvesOptions = {}) {
    this.#options = options;
  }

  /** One more point of each of these curves; others wait. `at` is the number of points so far unless given. */
  add(values: Readonly<Record<string, number>>, at: number = this.#steps): void {
    this.#steps++;
    for (const [name, value] of Object.entries(values)) {
      const curve = this.#curves.get(name) ?? { at: [], values: [] };
      this.#curves.set(name, curve);
      curve.at.push(at);
      curve.values.push(value);
    }
    if (performance.now() - this.#drawn < PAUSE || this.#show === undefined) return;
    this.#put({ [display]: () => this.#look() });
    this.#drawn = performance.now();
  }

  /** Puts the figure in the place of what has been drawn. */
  end(): void {
    if (this.#steps > 0) this.#put(this.figure);
  }

  /** The figure as it stands. */
  get figure(): Figure {
    const thinned = this.#thinned();
    const part = (of: keyof Curve) => Object.fromEntries(thinned.map((curve) => [curve.name, curve[of]]));
    return lossCurves(part("values"), { ...this.#options, at: part("at") });
  }

  #thinned(): (Curve & { readonly name: string })[] {
    return [...this.#curves].map(([name, curve]) => ({ name, ...thin(curve) }));
  }

  #look(): MimeBundle {
    const { title = "Loss", x = "step", y = "loss", log = false } = this.#options;
    return {
      "text/html": sketch(this.#thinned(), { title, x, y, log }),
      "text/plain": `${title}: ${this.#steps} points so far`,
    };
  }

  #put(value: object): void {
    if (this.#handle === undefined) this.#handle = this.#show?.(value);
    else this.#handle.update(value);
  }
}

/** Means over runs of neighbours, of which there are as many as a figure can show. */
function thin(curve: Curve): Curve {
  const run = Math.ceil(curve.values.length / MOST_POINTS);
  const means = (all: readonly number[]): number[] =>
    Array.from({ length: Math.ceil(all.length / run) }, (_, i) => {
      const some = all.slice(i * run, (i + 1) * run);
      return some.reduce((a, b) => a + b, 0) / some.length;
    });
  return { at: means(curve.at), values: means(curve.values) };
}
