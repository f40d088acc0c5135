// A widget whose kernel is gone and whose state was not kept: a reader sees what its cell showed beside it, and what to
// do, where JupyterLab says "model not found".
import type { MimeModel, Renderer, RenderMime } from "@jupyterlab/notebook";
import { Widget } from "@lumino/widgets";
import { el } from "../dom.ts";

const VIEW = "application/vnd.jupyter.widget-view+json";
/** What ipywidgets says then. */
const MISSING = "Error displaying widget: model not found";

export function explaining(renderer: Renderer, rendermime: RenderMime): void {
  const render = renderer.renderModel.bind(renderer);
  renderer.renderModel = async (model) => {
    await render(model);
    if (renderer.isDisposed || renderer.node.textContent !== MISSING) return;
    renderer.node.textContent = "";
    const note = el("p", { class: "gb-missing" }, "Run this cell to bring its controls to life.");
    renderer.addWidget?.(new Widget({ node: note }));
    const still = await stillOf(model, rendermime);
    if (still && !renderer.isDisposed) renderer.addWidget?.(still);
  };
}

/** The best of what else the cell has shown. */
async function stillOf(
  { data, metadata, trusted }: MimeModel,
  rendermime: RenderMime,
): Promise<Renderer | undefined> {
  const others = Object.fromEntries(Object.entries(data).filter(([mime]) => mime !== VIEW));
  const mime = rendermime.preferredMimeType(others, trusted ? "any" : "ensure");
  if (mime === undefined) return undefined;
  const still = rendermime.createRenderer(mime);
  await still.renderModel({ data: others, metadata, trusted, setData() {} });
  return still;
}
