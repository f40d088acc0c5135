// What draws a figure in the page: an anywidget module, sent as text, so it imports nothing.

/** What the front end knows of the figure; see ../figure.ts. */
interface Model {
  get(key: string): unknown;
  on(event: string, heard: () => void): void;
  off(event: string, heard: () => void): void;
}

interface Plotly {
  react(place: HTMLElement, figure: object): Promise<unknown>;
  purge(place: HTMLElement): void;
  Plots: { resize(place: HTMLElement): void };
}

interface Container {
  get(
    name: string,
  ): Promise<
    () => { RenderedPlotly?: new (options: object) => { renderModel(model: object): Promise<unknown> } }
  >;
}

const MIME = "application/vnd.plotly.v1+json";
/** The version that JupyterLab's extension has. */
const PLOTLY = "4.1.1";
/** One for the whole page. */
const KEPT = Symbol.for("gradbook.plotly");
/** How our lab lays a figure out for the width that it has. */
const FITTED = Symbol.for("gradbook.fitted");

interface Laid {
  readonly data: readonly unknown[];
  readonly layout: object;
  readonly config: object;
  readonly frames: unknown;
}

/** Plotly as the page has it: JupyterLab's extension leaves it there once it has drawn something. */
function plotly(): Promise<Plotly | undefined> {
  const page = globalThis as unknown as Record<symbol, Promise<Plotly | undefined> | undefined>;
  page[KEPT] ??= findPlotly();
  return page[KEPT];
}

const present = (): Plotly | undefined => Reflect.get(globalThis, "Plotly");

async function findPlotly(): Promise<Plotly | undefined> {
  // Other widgets that begin now come first: anywidget gives each two seconds, and plotly may take one to load.
  const idle = globalThis.requestIdleCallback ?? ((then: () => void) => setTimeout(then, 100));
  await new Promise<void>((resolve) => idle(() => resolve(), { timeout: 1000 }));
  return present() ?? (await fromLab()) ?? (await fromSourceOfWidgets());
}

/** JupyterLab's extension for plotly brings it along, and loads it with the first figure. */
async function fromLab(): Promise<Plotly | undefined> {
  const extensions: unknown = Reflect.get(globalThis, "_JUPYTERLAB");
  const container = (extensions as Record<string, Container> | undefined)?.["jupyterlab-plotly"];
  if (!container) return undefined;
  const { RenderedPlotly } = (await container.get("./mimeExtension"))();
  if (!RenderedPlotly) return undefined;
  const empty = { data: { [MIME]: { data: [], layout: {}, config: {} } }, metadata: {}, setData() {} };
  await new RenderedPlotly({ mimeType: MIME }).renderModel(empty);
  return present();
}

/** An exported page loads what draws widgets from somewhere: plotly is there too. */
async function fromSourceOfWidgets(): Promise<Plotly | undefined> {
  const script = document.querySelector<HTMLScriptElement>("script[src*='/@jupyter-widgets/html-manager']");
  const [from] = script?.src.split("@jupyter-widgets/html-manager") ?? [];
  if (!from) return undefined;
  const reply = await fetch(`${from}plotly.js-dist-min@${PLOTLY}/plotly.min.js`).catch(() => undefined);
  if (!reply?.ok) return undefined;
  // As a script it would meet the page's loader of modules, which takes it for one of its own.
  new Function("define", "module", "exports", await reply.text())();
  return present();
}

/** Numbers come as bytes, which may begin anywhere in the message. */
function decoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decoded);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  const { floats, columns } = value as { floats?: unknown; columns?: unknown };
  if (ArrayBuffer.isView(floats)) {
    const numbers = new Float64Array(
      floats.buffer.slice(floats.byteOffset, floats.byteOffset + floats.byteLength),
    );
    if (typeof columns !== "number") return numbers;
    return Array.from({ length: numbers.length / columns }, (_, row) =>
      numbers.subarray(row * columns, (row + 1) * columns),
    );
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decoded(inner)]));
}

async function render({ model, el }: { model: Model; el: HTMLElement }): Promise<() => void> {
  const drawer = await plotly();
  const place = document.createElement("div");
  place.className = "gradbook-figure";
  el.append(place);
  // The kernel keeps a still picture beside the figure, which is then seen.
  if (!drawer) return () => {};
  el.classList.add("gradbook-live");
  const fitted: ((figure: Laid, width: number) => Laid) | undefined = Reflect.get(globalThis, FITTED);
  const known = new Map<string, { readonly raw: unknown; readonly trace: unknown }>();
  /** A trace that did not change stays the same object, which plotly then leaves as it is. */
  const trace = (key: string): unknown => {
    const raw = model.get(key);
    const before = known.get(key);
    if (before?.raw === raw) return before?.trace;
    const made = decoded(raw);
    known.set(key, { raw, trace: made });
    return made;
  };
  const draw = (): Promise<unknown> => {
    const data = Array.from({ length: Number(model.get("traces")) }, (_, at) => trace(`trace_${at}`));
    const given = structuredClone(model.get("figure_layout")) as object;
    // What the reader has zoomed into or hidden stays so when the figure changes.
    const layout = { height: 360, uirevision: "kept", ...given };
    const config = { responsive: true, ...(model.get("config") as object) };
    const figure = { data, layout, config, frames: decoded(model.get("frames")) };
    return drawer.react(place, fitted?.(figure, el.clientWidth || Infinity) ?? figure);
  };
  let drawing = false;
  let wanted = false;
  const redraw = async (): Promise<void> => {
    wanted = true;
    if (drawing) return;
    drawing = true;
    while (wanted) {
      // Once a frame is as often as anybody sees; a page that is not shown has none.
      if (!document.hidden) await new Promise((resolve) => requestAnimationFrame(resolve));
      wanted = false;
      await draw();
      place.dataset.drawn = String(Number(place.dataset.drawn ?? 0) + 1);
    }
    drawing = false;
  };
  const changed = (): void => void redraw();
  model.on("change", changed);
  await redraw();
  const resized = new ResizeObserver(() => {
    if (!place.isConnected || place.offsetWidth === 0) return;
    if (fitted) changed();
    else drawer.Plots.resize(place);
  });
  resized.observe(el);
  return () => {
    model.off("change", changed);
    resized.disconnect();
    drawer.purge(place);
  };
}

const figure: { readonly render: typeof render } = { render };
export default figure;
