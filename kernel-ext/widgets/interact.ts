// `interact({ temperature: slider(0.1, 10) }, ({ temperature }) => figure)`: controls, and below them what a function makes
// of their values.
import { bundleOf, type MimeBundle } from "../display/bundle.ts";
import { type Capture, type CapturedOutput, currentChannel, hasChannel } from "../display/channel.ts";
import { holdCell } from "../display/handle.ts";
import { vbox } from "./boxes.ts";
import type { Control } from "./controls.ts";
import { FigureWidget, figureIn } from "./figure.ts";
import { asError, asOutput, Output, Outputs } from "./output.ts";
import { Pace } from "./pace.ts";
import { Runner } from "./runner.ts";
import { Widget } from "./widget.ts";

/** What a function gets of its controls. */
export type ValuesOf<C> = { readonly [K in keyof C]: C[K] extends Control<infer T> ? T : never };

type Controls = Readonly<Record<string, Control<unknown>>>;

/** What is printed by a function that takes long is shown every so often (ms). */
const SOON = 200;

/** Controls and what is made of them; as the last value of a cell, it is shown. */
export class Interaction<C extends Controls> extends Widget {
  readonly #controls: C;
  readonly #make: (values: ValuesOf<C>) => unknown;
  readonly #stage: Widget = vbox();
  readonly #output: Output = new Output();
  readonly #pace = new Pace();
  readonly #runner: Runner = new Runner(
    () => this.#run(),
    () => this.#pause(),
  );
  readonly #home: number | undefined;
  #figure: FigureWidget | undefined;
  #still: MimeBundle | undefined;
  #first: Promise<unknown> | undefined;
  #capture: Capture | undefined;

  constructor(controls: C, make: (values: ValuesOf<C>) => unknown) {
    const stage = vbox();
    const output = new Output();
    super("VBox", { children: [...Object.values(controls), stage, output] });
    this.#controls = controls;
    this.#make = make;
    this.#stage = stage;
    this.#output = output;
    this.#home = hasChannel() ? currentChannel().run().id : undefined;
    for (const [name, control] of Object.entries(controls)) {
      control.name(name);
      control.onChange(() => this.#newest());
    }
  }

  /** The values as they are now. */
  get values(): ValuesOf<C> {
    return Object.fromEntries(
      Object.entries(this.#controls).map(([name, control]) => [name, control.value]),
    ) as ValuesOf<C>;
  }

  /** Runs the function for the first time; the cell ends when it has. */
  begin(): void {
    this.#first = hasChannel() ? this.#newest() : this.#run();
    holdCell(this.#first);
  }

  /** How it is shown: for who has no widgets, what the function made of the first values. */
  async look(): Promise<MimeBundle> {
    await this.#first;
    return this.bundle(this.#still ?? { "text/plain": String(this) });
  }

  override toString(): string {
    return Object.values(this.#controls).map(String).join(", ");
  }

  /** A front end's server drops messages where too much comes: big figures are drawn less often. */
  #pause(): number {
    return this.#pace.pause();
  }

  async #newest(): Promise<void> {
    try {
      await this.#runner.request();
    } catch (error) {
      // It was interrupted, and may have left nothing in order.
      this.#capture?.end();
      this.#output.put([asError(currentChannel().describe(error))]);
      throw error;
    }
  }

  async #run(): Promise<void> {
    if (!hasChannel()) {
      this.#still = await bundleOf(await this.#make(this.values));
      return;
    }
    const outputs = new Outputs();
    let soon: NodeJS.Timeout | undefined;
    const take = (output: CapturedOutput): void => {
      outputs.take(output);
      soon ??= setTimeout(() => {
        soon = undefined;
        this.#output.put(outputs.all);
      }, SOON);
    };
    const capture = currentChannel().capture(take, this.#home);
    this.#capture = capture;
    try {
      const made = await capture.inside(() => this.#make(this.values));
      const bundle = made === undefined ? undefined : await bundleOf(made);
      capture.end();
      this.#show(made, bundle, outputs);
    } catch (error) {
      capture.end();
      this.#output.put([...outputs.all, asError(currentChannel().describe(error))]);
    } finally {
      clearTimeout(soon);
    }
  }

  #show(made: unknown, bundle: MimeBundle | undefined, outputs: Outputs): void {
    const figure = bundle && figureIn(bundle);
    this.#still ??= bundle;
    if (figure) {
      if (this.#figure) this.#figure.draw(figure);
      else this.#figure = new FigureWidget(figure);
      this.#pace.sent(this.#figure.sent);
      this.#stand(this.#figure);
    } else this.#stand(made instanceof Widget ? made : undefined);
    const rest = bundle && !figure && !(made instanceof Widget) ? [asOutput(bundle)] : [];
    this.#output.put([...outputs.all, ...rest]);
  }

  /** Puts a widget, or none, between the controls and what was printed. */
  #stand(widget: Widget | undefined): void {
    const [before] = this.#stage.parts;
    if (before === widget) return;
    this.#stage.set({ children: widget ? [widget] : [] });
    if (before && before !== this.#figure) before.close();
  }
}

Object.defineProperty(Interaction.prototype, Symbol.for("Jupyter.display"), {
  value(this: { look(): Promise<MimeBundle> }): Promise<MimeBundle> {
    return this.look();
  },
});

/**
 * Shows controls, and below them what `make` returns for their values: a figure changes in place, anything else is shown
 * as a cell shows it, with what was printed.
 *
 * @example
 * interact({ temperature: slider(0.1, 10) }, ({ temperature }) => figureAt(temperature))
 */
export function interact<const C extends Controls>(
  controls: C,
  make: (values: ValuesOf<C>) => unknown,
): Interaction<C> {
  const interaction = new Interaction(controls, make);
  interaction.begin();
  return interaction;
}
