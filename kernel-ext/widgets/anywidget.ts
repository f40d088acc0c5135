// A user's own widget: a module that runs in the page, and a state that both sides change.
// https://anywidget.dev/en/afm/
import { randomUUID } from "node:crypto";
import type { State } from "./models.ts";
import { Widget } from "./widget.ts";

export interface AnyWidgetOptions<S extends object> {
  /** The text of an ES module whose default export has `render({ model, el })`, or its address. */
  readonly esm: string;
  readonly css?: string;
  readonly state?: S;
}

export class AnyWidget<S extends object> extends Widget {
  readonly #keys: readonly string[];

  constructor({ esm, css, state }: AnyWidgetOptions<S>) {
    if (typeof esm !== "string")
      throw new TypeError(`anywidget: esm is the text of a module or its address, not ${String(esm)}.`);
    super("Any", {
      ...state,
      _esm: esm,
      ...(css !== undefined && { _css: css }),
      _anywidget_id: `gradbook.${randomUUID()}`,
    });
    this.#keys = Object.keys(state ?? {});
  }

  /** Its state as it is now. */
  get state(): Readonly<S> {
    return Object.fromEntries(this.#keys.map((key) => [key, this.get(key)])) as S;
  }

  /** Changes parts of the state, here and in the page. */
  update(changes: Partial<S>): void {
    this.set(changes as State);
  }

  /** Calls `heard` with each new value of one part of the state. */
  onChange<K extends keyof S & string>(key: K, heard: (value: S[K]) => unknown): () => void {
    return this.observe((changed) => (changed.has(key) ? heard(this.get(key) as S[K]) : undefined));
  }
}

/**
 * A widget of one's own.
 *
 * @example
 * const counter = anywidget({
 *   esm: `export default { render({ model, el }) { … } }`,
 *   state: { count: 0 },
 * });
 * counter.onChange("count", (count) => console.log(count));
 */
export function anywidget<S extends object>(options: AnyWidgetOptions<S>): AnyWidget<S> {
  return new AnyWidget(options);
}
