// What draws a notebook's outputs, changed for its figures and for widgets that are not there.
import type {
  NotebookPanel,
  NotebookTracker,
  Renderer,
  RendererFactory,
  RenderMime,
} from "@jupyterlab/notebook";
import { fitting } from "./figures.ts";
import { keepManager, pauseWithCell, silenceWhenGone } from "./gone.ts";
import { explaining } from "./missing.ts";

type Change = (renderer: Renderer, rendermime: RenderMime) => void;

/** By kind of output; the rank is the one that JupyterLab's own extensions ask for. */
const CHANGES: readonly {
  readonly mime: string;
  readonly rank: number;
  readonly changes: readonly Change[];
}[] = [
  { mime: "application/vnd.plotly.v1+json", rank: 2, changes: [fitting] },
  {
    mime: "application/vnd.jupyter.widget-view+json",
    rank: -10,
    changes: [explaining, keepManager, pauseWithCell],
  },
];

export function changeRenderers(notebooks: NotebookTracker): void {
  const change = (panel: NotebookPanel): void => {
    const { rendermime } = panel.content;
    // ipywidgets puts its own in once more when there is a kernel.
    const add = rendermime.addFactory.bind(rendermime);
    rendermime.addFactory = (factory, rank) => add(changed(factory, rendermime), rank);
    // Other extensions hear of a notebook in the same moment, and this goes over what they have put there.
    queueMicrotask(() => {
      for (const { mime, rank } of CHANGES) {
        const factory = rendermime.getFactory(mime);
        if (factory) rendermime.addFactory(factory, rank);
      }
    });
    silenceWhenGone(panel);
  };
  notebooks.forEach(change);
  notebooks.widgetAdded.connect((_, panel) => change(panel));
}

function changed(factory: RendererFactory, rendermime: RenderMime): RendererFactory {
  const changes = CHANGES.flatMap((one) => (factory.mimeTypes.includes(one.mime) ? one.changes : []));
  if (changes.length === 0) return factory;
  return {
    ...factory,
    createRenderer(options) {
      const renderer = factory.createRenderer(options);
      for (const change of changes) change(renderer, rendermime);
      return renderer;
    },
  };
}
