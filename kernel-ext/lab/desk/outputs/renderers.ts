// What draws a notebook's outputs, changed for its figures and for widgets that are not there.
import type { NotebookPanel, NotebookTracker, Renderer, RenderMime } from "@jupyterlab/notebook";
import { fitting } from "./figures.ts";
import { explaining } from "./missing.ts";

/** By kind of output; the rank is the one that JupyterLab's own extensions ask for. */
const CHANGES = [
  { mime: "application/vnd.plotly.v1+json", rank: 2, change: fitting },
  { mime: "application/vnd.jupyter.widget-view+json", rank: -10, change: explaining },
] as const;

export function changeRenderers(notebooks: NotebookTracker): void {
  const change = ({ content }: NotebookPanel): void => {
    // Other extensions hear of a notebook in the same moment, and this goes over what they have put there.
    queueMicrotask(() => {
      for (const one of CHANGES) changeOne(content.rendermime, one);
    });
  };
  notebooks.forEach(change);
  notebooks.widgetAdded.connect((_, panel) => change(panel));
}

interface Change {
  readonly mime: string;
  readonly rank: number;
  readonly change: (renderer: Renderer, rendermime: RenderMime) => void;
}

function changeOne(rendermime: RenderMime, { mime, rank, change }: Change): void {
  const factory = rendermime.getFactory(mime);
  if (!factory) return;
  rendermime.addFactory(
    {
      ...factory,
      createRenderer(options) {
        const renderer = factory.createRenderer(options);
        change(renderer, rendermime);
        return renderer;
      },
    },
    rank,
  );
}
