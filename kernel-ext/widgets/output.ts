// A place for outputs among widgets: what a cell would have below it.
import { bundleOf, type MimeBundle } from "../display/bundle.ts";
import { type CapturedOutput, currentChannel, type ErrorContent } from "../display/channel.ts";
import { Widget } from "./widget.ts";

type Shown = Readonly<Record<string, unknown>> & { readonly output_type: string };

/** Outputs as a notebook keeps them: printed text grows, and what has an id is replaced. */
export class Outputs {
  #shown: (Shown & { readonly id?: unknown })[] = [];
  #clearNext = false;

  take({ kind, content }: CapturedOutput): void {
    if (kind === "clear_output") {
      this.#clearNext = content.wait === true;
      if (!this.#clearNext) this.#shown = [];
      return;
    }
    if (this.#clearNext) this.#shown = [];
    this.#clearNext = false;
    if (kind === "stream") this.#print(String(content.name), String(content.text));
    else if (kind === "error") this.#shown.push({ output_type: "error", ...content });
    else this.#put(content, kind === "update_display_data");
  }

  #put(content: CapturedOutput["content"], update: boolean): void {
    const {
      data,
      metadata = {},
      transient,
    } = content as { data: unknown; metadata?: unknown; transient?: object };
    const id: unknown = transient && Reflect.get(transient, "display_id");
    const shown = { output_type: "display_data", data, metadata };
    if (!update) this.#shown.push({ ...shown, id });
    else this.#shown = this.#shown.map((one) => (id !== undefined && one.id === id ? { ...shown, id } : one));
  }

  get all(): readonly Shown[] {
    return this.#shown.map(({ id: _, ...shown }) => shown);
  }

  #print(name: string, text: string): void {
    const last = this.#shown.at(-1);
    if (last?.output_type !== "stream" || last.name !== name) {
      this.#shown.push({ output_type: "stream", name, text });
      return;
    }
    this.#shown[this.#shown.length - 1] = { ...last, text: String(last.text) + text };
  }
}

/** A widget that shows values and what was printed. */
export class Output extends Widget {
  constructor() {
    super("Output");
  }

  /** Puts these outputs in the place of those before. */
  put(outputs: readonly Shown[]): void {
    const before = this.get("outputs");
    if (Array.isArray(before) && before.length === 0 && outputs.length === 0) return;
    this.set({ outputs });
  }

  /** Shows one value in the place of what was there. */
  async show(value: unknown): Promise<void> {
    this.put([asOutput(await bundleOf(value))]);
  }

  /** Shows here what `work` prints and displays, and returns what it returns. */
  async capture<T>(work: () => T | Promise<T>): Promise<T> {
    const outputs = new Outputs();
    const capture = currentChannel().capture((output) => outputs.take(output));
    try {
      return await capture.inside(work);
    } finally {
      capture.end();
      this.put(outputs.all);
    }
  }

  clear(): void {
    this.put([]);
  }
}

/** A place for outputs. */
export function output(): Output {
  return new Output();
}

export function asOutput(data: MimeBundle): Shown {
  return { output_type: "display_data", data, metadata: {} };
}

export function asError(error: ErrorContent): Shown {
  return { output_type: "error", ...error };
}
