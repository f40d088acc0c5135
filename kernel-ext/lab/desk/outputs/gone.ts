// Controls whose kernel or cell is gone. Without a kernel they say so, stop playing and send nothing; ipywidgets itself
// sees a restart only. Where a kernel was shut down or has died, it sends on, and each step of a slider is an error in the
// console.
import type { NotebookPanel, Renderer } from "@jupyterlab/notebook";

/** A widget in the page; ipywidgets' own, as far as it is used here. */
interface Model {
  comm?: { send(...message: readonly unknown[]): string };
  readonly views?: Readonly<Record<string, Promise<{ readonly el: HTMLElement }>>>;
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

/** What keeps a notebook's widgets. */
interface Manager {
  readonly _models?: Readonly<Record<string, Promise<Model>>>;
}

const GONE: readonly string[] = ["restarting", "autorestarting", "terminating", "dead"];
/** How ipywidgets marks what a restart has cut off; see look.css. */
const MARK = "jupyter-widgets-disconnected";

/** By what renders their notebook. */
const managers = new WeakMap<object, Promise<Manager>>();

/** A widget's renderer knows the notebook's manager, and nobody else does. */
export function keepManager(renderer: Renderer, rendermime: object): void {
  const kept: unknown = Reflect.get(renderer, "_manager");
  const manager: unknown = typeof kept === "object" && kept !== null && Reflect.get(kept, "promise");
  if (manager instanceof Promise) managers.set(rendermime, manager as Promise<Manager>);
}

export function silenceWhenGone({ content, sessionContext }: NotebookPanel): void {
  const isGone = (): boolean => {
    const kernel = sessionContext.session?.kernel;
    return !kernel || GONE.includes(kernel.status);
  };
  const see = async (): Promise<void> => {
    if (!isGone()) return;
    const manager = await managers.get(content.rendermime);
    // A page that is loading has its manager only once it has a kernel.
    if (!isGone()) return;
    for (const model of Object.values(manager?._models ?? {})) void model.then(silence);
  };
  sessionContext.statusChanged.connect(() => void see());
  sessionContext.kernelChanged.connect(() => void see());
}

/** A player whose cell is deleted, cut or moved would play on unseen, and the kernel compute for nobody. */
export function pauseWithCell(renderer: Renderer): void {
  renderer.disposed.connect(() => {
    for (const icon of renderer.node.querySelectorAll(".widget-play .fa-pause"))
      icon.closest("button")?.click();
  });
}

/** It stays what is saved with the notebook, so it is not closed. */
function silence(model: Model): void {
  if (model.comm) model.comm.send = () => "";
  if (model.get("playing") === true) model.set("playing", false);
  for (const view of Object.values(model.views ?? {})) void view.then(({ el }) => el.classList.add(MARK));
}
