// `interact({ temperature: slider(0.1, 10) }, ({ temperature }) => figure)`: controls, and below them what a function makes
// of their values.
import { bundleOf, type MimeBundle } from "../display/bundle.ts";
import { type Capture, type CapturedOutput, currentChannel, hasChannel } from "../display/channel.ts";
import { holdCell } from "../display/handle.ts";
import { vbox } from "./boxes.ts";
import { Control } from "./control.ts";
import { FigureWidget, figureIn, sizeOf } from "./figure.ts";
import { asError, asOutput, Output, Outputs } from "./output.ts";
import { Pace } from "./pace.ts";
import { Picture } from "./picture.ts";
import { rowsOf } from "./rows.ts";
import { Runner } from "./runner.ts";
import { still } from "./still.ts";
import { Widget } from "./widget.ts";

/** What a function gets of its controls. */
export type ValuesOf<C> = { readonly [K in keyof C]: C[K] extends Control<infer T> ? T : never };

type Controls = Readonly<Record<string, Control<unknown>>>;

/** A label that is longer is cut off (characters). */
const WIDEST = 30;
/** What a control has beside its label: enough of a way to be dragged along. */
const BESIDE = "340px";
/** What is printed by a function that takes long is shown every so often (ms). */
const SOON = 200;

/** Controls and what is made of them; as the last value of a cell, it is shown. */
export class Interaction<C extends Controls> extends Widget {
  readonly #controls: C;
  readonly #make: (values: ValuesOf<C>) => unknown;
  readonly #stage: Widget;
  readonly #output: Output;
  readonly #pace = new Pace();
  readonly #picture = new Picture();
  readonly #runner: Runner = new Runner(
    () => this.#run(),
    () => this.#pace.pause(),
  );
  readonly #home: number | undefined;
  readonly #listening: (() => void)[] = [];
  #figure: FigureWidget | undefined;
  #still: MimeBundle | undefined;
  #first: Promise<unknown> | undefined;
  #capture: Capture | undefined;

  constructor(controls: C, make: (values: ValuesOf<C>) => unknown) {
    requireParts(controls, make);
    const stage = vbox();
    const output = new Output();
    super("VBox", { children: [...rowsOf(Object.values(controls)), stage, output] });
    this.#controls = controls;
    this.#make = make;
    this.#stage = stage;
    this.#output = output;
    this.#home = hasChannel() ? currentChannel().run().id : undefined;
    for (const [name, control] of Object.entries(controls)) control.name(name);
    alignLabels(Object.values(controls));
    this.#listen();
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

  override open(): void {
    super.open();
    this.#listen();
  }

  /** The controls may live on, in another. */
  override close(): void {
    super.close();
    for (const end of this.#listening.splice(0)) end();
  }

  #listen(): void {
    if (this.#listening.length > 0) return;
    for (const control of Object.values(this.#controls))
      this.#listening.push(control.onChange(() => this.#newest()));
  }

  async #newest(): Promise<void> {
    try {
      await this.#runner.request();
    } catch (error) {
      // It was interrupted, and may have left nothing in order.
      this.#capture?.end();
      this.#fail(error);
      throw error;
    }
  }

  async #run(): Promise<void> {
    // As a function of its own, not as a part of this.
    const make = this.#make;
    if (!hasChannel()) {
      this.#still = await bundleOf(await make(this.values));
      return;
    }
    const outputs = new Outputs();
    let soon: NodeJS.Timeout | undefined;
    const take = (output: CapturedOutput): void => {
      outputs.take(output);
      soon ??= setTimeout(
        () => {
          soon = undefined;
          this.#put(outputs.all);
        },
        Math.max(SOON, this.#pace.pause()),
      );
    };
    const capture = currentChannel().capture(take, this.#home);
    this.#capture = capture;
    try {
      const made = await capture.inside(() => make(this.values));
      const bundle = made === undefined ? undefined : await bundleOf(made);
      capture.end();
      this.#show(made, bundle, outputs);
    } catch (error) {
      capture.end();
      this.#fail(error, outputs.all);
    } finally {
      clearTimeout(soon);
    }
  }

  #show(made: unknown, bundle: MimeBundle | undefined, outputs: Outputs): void {
    const figure = bundle && figureIn(bundle);
    this.#still ??= figure
      ? { "image/svg+xml": still(figure, String(bundle["text/plain"])), ...bundle }
      : bundle;
    if (figure) {
      if (this.#figure) this.#figure.draw(figure);
      else this.#figure = new FigureWidget(figure);
      this.#picture.draw(figure, String(bundle["text/plain"]));
      this.#pace.sent(this.#figure.sent);
      this.#stand(this.#figure, this.#picture.widget);
    } else if (made instanceof Widget) this.#stand(made);
    else this.#stand();
    const rest = bundle && !figure && !(made instanceof Widget) ? [asOutput(bundle)] : [];
    this.#put([...outputs.all, ...rest]);
  }

  /** A figure of other values does not stay above the error. */
  #fail(error: unknown, printed: Outputs["all"] = []): void {
    this.#stand();
    this.#put([...printed, asError(currentChannel().describe(error))]);
  }

  /** Shows outputs, which are sent whole each time: what is printed for long is seen less and less often. */
  #put(outputs: Parameters<Output["put"]>[0]): void {
    this.#output.put(outputs);
    this.#pace.sent(sizeOf(outputs));
  }

  /** Puts widgets, or none, between the controls and what was printed. */
  #stand(...widgets: readonly Widget[]): void {
    const [before] = this.#stage.parts;
    if (before === widgets[0]) return;
    this.#stage.set({ children: widgets });
    if (before && before !== this.#figure) before.close();
  }
}

function requireParts(controls: object, make: unknown): void {
  for (const [name, control] of Object.entries(controls)) {
    if (!(control instanceof Control))
      throw new TypeError(`interact: ${name} is no control, as slider(0, 1) would be.`);
  }
  if (typeof make !== "function")
    throw new TypeError("interact: after the controls comes a function of their values.");
}

/** Controls begin and end below each other: their labels are as wide as the longest, and take nothing from a slider. */
function alignLabels(controls: readonly Control<unknown>[]): void {
  const labelled = controls.flatMap((control) => control.labelled ?? []);
  const longest = Math.max(0, ...labelled.map((widget) => String(widget.get("description")).length));
  const room = `${Math.min(longest, WIDEST) + 1}ch`;
  const layout = new Widget("Layout", { width: `calc(${BESIDE} + ${room})`, max_width: "100%" });
  const styles: Parameters<Widget["restyle"]>[1] = new Map();
  for (const widget of labelled) {
    widget.restyle({ description_width: room }, styles);
    widget.set({ layout });
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
