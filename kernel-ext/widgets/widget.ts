// The kernel's side of one widget: a state that the front ends have too, and a comm that keeps both alike.
import type { MimeBundle } from "../display/bundle.ts";
import { holdCell } from "../display/handle.ts";
import { type Comm, type CommEvent, comms } from "../session/comms.ts";
import { hasFrontend } from "../session/frontend.ts";
import { pack, unpack } from "./buffers.ts";
import { classesOf, defaultsOf, looksOf, type ModelName, type State } from "./models.ts";
import { adopt, forget, inherit, openWidgets } from "./open.ts";

type Heard = (changed: ReadonlySet<string>) => unknown;
type HeardCustom = (content: unknown, buffers: readonly Uint8Array[]) => unknown;

const VERSION = { metadata: { version: "2.1.0" } };
const VIEW = "application/vnd.jupyter.widget-view+json";

/** Looks that all widgets share: one comm for each, however many sliders there are. */
const shared = new Map<ModelName, Widget>();

function sharedModel(name: ModelName): Widget {
  const known = shared.get(name) ?? new Widget(name);
  shared.set(name, known);
  return known;
}

/** A widget: as the last value of a cell, it is shown. */
export class Widget {
  readonly #model: ModelName;
  readonly #state: State;
  readonly #listeners = new Set<Heard>();
  readonly #customListeners = new Set<HeardCustom>();
  #comm: Comm | undefined;

  constructor(model: ModelName, state: Readonly<State> = {}) {
    this.#model = model;
    this.#state = { ...defaultsOf(model), ...state };
  }

  /** The name that front ends have for it, while it is open. */
  get modelId(): string | undefined {
    return this.#comm?.isOpen ? this.#comm.id : undefined;
  }

  /** The widgets that stand in its state. */
  get parts(): readonly Widget[] {
    return [...partsIn(Object.values(this.#state))];
  }

  get(key: string): unknown {
    return this.#state[key];
  }

  /** Changes its state here and in every front end. A cell that does ends when the listeners have. */
  set(changes: Readonly<State>): void {
    holdCell(this.change(changes));
  }

  /** Changes its state; what stays as it was is not sent. Settles when the listeners have. */
  change(changes: Readonly<State>): Promise<unknown> {
    const changed = Object.entries(changes).filter(([key, value]) => !Object.is(this.#state[key], value));
    if (changed.length === 0) return Promise.resolve();
    const state = Object.fromEntries(changed);
    Object.assign(this.#state, state);
    if (this.modelId !== undefined) {
      for (const part of partsIn(Object.values(state))) {
        part.open();
        inherit(this, part);
      }
      this.#send("update", state);
    }
    return this.#tell(state);
  }

  /** Calls `heard` with the names of what has changed; returns what ends that. */
  observe(heard: Heard): () => void {
    this.#listeners.add(heard);
    return () => void this.#listeners.delete(heard);
  }

  /** Calls `heard` with messages that are no state. */
  onMessage(heard: HeardCustom): () => void {
    this.#customListeners.add(heard);
    return () => void this.#customListeners.delete(heard);
  }

  /** A message to the widget in every front end. */
  send(content: unknown, buffers: readonly Uint8Array[] = []): void {
    if (this.modelId !== undefined) this.#comm?.send({ method: "custom", content }, { ...VERSION, buffers });
  }

  /** Makes it known to the front ends, after all that belongs to it. */
  open(): void {
    if (!hasFrontend()) return;
    const parts = [...Object.values(this.#looks()), ...this.parts];
    const missing = parts.filter((part) => part.modelId === undefined);
    for (const part of parts) part.open();
    if (this.modelId !== undefined) {
      // A part that was closed has another name now.
      if (missing.length > 0) this.#send("update", this.#withParts());
      return;
    }
    const { state, buffer_paths, buffers } = pack(this.wireState());
    this.#comm = comms.open("jupyter.widget", { state, buffer_paths }, { ...VERSION, buffers });
    this.#comm.onMessage = (event) => this.#take(event);
    this.#comm.onClose = () => this.close();
    openWidgets.set(this.#comm.id, this);
  }

  /** Takes it out of every front end. Shown again, it is there again, as it was. */
  close(): void {
    forget(this);
    this.#comm?.close({}, VERSION);
    this.#comm = undefined;
  }

  #withParts(): State {
    return Object.fromEntries(
      Object.entries(this.#state).filter(([, value]) => [...partsIn([value])].length > 0),
    );
  }

  /** All that a front end makes it from. */
  wireState(): State {
    return referring({ ...classesOf(this.#model), ...this.#looks(), ...this.#state });
  }

  /** What a cell shows of it: who cannot show widgets finds `still`. */
  bundle(still: MimeBundle = { "text/plain": String(this) }): MimeBundle {
    if (!hasFrontend()) return still;
    adopt(this);
    this.open();
    return { [VIEW]: { model_id: this.modelId, version_major: 2, version_minor: 0 }, ...still };
  }

  toString(): string {
    return this.#model;
  }

  /** Whether a front end may change it so. */
  protected accepts(_changes: Readonly<State>): boolean {
    return true;
  }

  /** Gives it a look of its own; widgets of one kind share it, by way of `styles`. */
  restyle(look: Readonly<State>, styles: Map<ModelName, Widget>): void {
    const { style } = looksOf(this.#model);
    if (!style) return;
    const known = styles.get(style) ?? new Widget(style, look);
    styles.set(style, known);
    this.set({ style: known });
  }

  #looks(): Record<string, Widget> {
    const names = Object.entries(looksOf(this.#model)).filter(([key]) => !(key in this.#state));
    return Object.fromEntries(names.map(([key, name]) => [key, sharedModel(name)]));
  }

  #take({ data, buffers }: CommEvent): unknown {
    if (typeof data !== "object" || data === null) return undefined;
    const { method, state, buffer_paths, content } = data as Record<string, unknown>;
    if (method === "update") return this.#update(unpack(state, buffer_paths, buffers));
    if (method === "request_state") return this.#send("update", this.wireState());
    if (method !== "custom") return undefined;
    return Promise.all([...this.#customListeners].map((heard) => heard(content, buffers)));
  }

  /** A front end has changed something: the others are to know, and so are the listeners. */
  #update(state: State): unknown {
    this.#send("echo_update", state);
    // Widgets stand here as themselves, and no front end changes which.
    const own = Object.entries(state).filter(([key]) => [...partsIn([this.#state[key]])].length === 0);
    const changes = Object.fromEntries(own);
    if (!this.accepts(changes)) return this.#send("update", pick(this.#state, Object.keys(changes)));
    Object.assign(this.#state, changes);
    return this.#tell(state);
  }

  #tell(state: State): Promise<unknown> {
    const changed = new Set(Object.keys(state));
    return Promise.all([...this.#listeners].map((heard) => heard(changed)));
  }

  #send(method: "update" | "echo_update", changes: State): void {
    const { state, buffer_paths, buffers } = pack(referring(changes));
    this.#comm?.send({ method, state, buffer_paths }, { ...VERSION, buffers });
  }
}

for (const [name, look] of [
  ["Jupyter.display", (widget: Widget): unknown => widget.bundle()],
  ["nodejs.util.inspect.custom", (widget: Widget): unknown => String(widget)],
] as const) {
  Object.defineProperty(Widget.prototype, Symbol.for(name), {
    value(this: Widget): unknown {
      return look(this);
    },
    configurable: true,
    writable: true,
  });
}

function* partsIn(values: readonly unknown[]): Generator<Widget> {
  for (const value of values) {
    if (value instanceof Widget) yield value;
    else if (Array.isArray(value) && typeof value[0] === "object") yield* partsIn(value);
  }
}

/** Widgets are named in a state as front ends know them. */
function referring(state: State): State {
  const named = (value: unknown): unknown => {
    if (value instanceof Widget) return `IPY_MODEL_${value.modelId}`;
    return Array.isArray(value) && typeof value[0] === "object" ? value.map(named) : value;
  };
  return Object.fromEntries(Object.entries(state).map(([key, value]) => [key, named(value)]));
}

function pick(state: State, keys: readonly string[]): State {
  return Object.fromEntries(keys.filter((key) => key in state).map((key) => [key, state[key]]));
}
