// Figures in a notebook: laid out for the width that they have, and drawn where JupyterLab would show the picture that
// it has put into the file, which knows neither this page's width nor its colours.
import type { MimeModel, Renderer } from "@jupyterlab/notebook";
import { type Figure, fitted, LEAST, NARROW } from "../../site/client/fit.mjs";

const PLOTLY = "application/vnd.plotly.v1+json";
/** What JupyterLab gives a figure that asks for none (pixels). */
const HEIGHT = 360;
/** So much narrower (pixels), and a title has fewer letters to a line. */
const STEP = 16;

interface Plotly {
  react(place: HTMLElement, figure: Figure): Promise<unknown>;
}

/** The figures of widgets, which are drawn elsewhere, find it here; see widgets/page/figure.ts. */
export function offerFitting(): void {
  Reflect.set(globalThis, Symbol.for("gradbook.fitted"), fitted);
}

export function fitting(renderer: Renderer): void {
  const { node } = renderer;
  const render = renderer.renderModel.bind(renderer);
  let shown: MimeModel | undefined;
  let given: unknown;
  let width = 0;
  let drawn: Promise<unknown> = Promise.resolve();
  const draw = async (): Promise<void> => {
    if (!shown || renderer.isDisposed) return;
    width = node.clientWidth;
    const figure = figureOf(shown, width);
    // plotly fills what has a height already, and here that may be a line of text.
    node.style.height = `${figure.layout.height}px`;
    const plotly: Plotly | undefined = Reflect.get(globalThis, "Plotly");
    // JupyterLab's own draws a figure once.
    if (plotly && node.querySelector(".plot-container")) await plotly.react(node, figure);
    else await render(withFigure(shown, figure));
  };
  renderer.renderModel = async (model) => {
    // Where only the picture has come, there is nothing new to draw.
    if (given !== model.data[PLOTLY]) drawn = drawn.then(draw, draw);
    shown = model;
    given = model.data[PLOTLY];
    await drawn;
  };
  const resized = new ResizeObserver(() => {
    if (node.clientWidth > 0 && layoutFor(node.clientWidth) !== layoutFor(width))
      drawn = drawn.then(draw, draw);
  });
  resized.observe(node);
  renderer.disposed.connect(() => resized.disconnect());
}

/** Widths that are laid out alike: all wide ones, and narrow ones by some letters of a title. */
const layoutFor = (width: number): number =>
  width === 0 || width >= NARROW ? Infinity : Math.round(Math.max(width, LEAST) / STEP);

/** What is not in the page yet is taken to be wide. plotly writes into a layout, which is the notebook's. */
function figureOf({ data }: MimeModel, width: number): Figure {
  const given = data[PLOTLY] as Partial<Figure>;
  const layout = { height: HEIGHT, ...structuredClone(given.layout) };
  return fitted({ ...given, data: given.data ?? [], layout }, width || Infinity);
}

/** What JupyterLab's own adds, a picture, goes to the notebook; what is changed here for this page does not. */
function withFigure(model: MimeModel, figure: Figure): MimeModel {
  return {
    metadata: model.metadata,
    trusted: model.trusted,
    data: { [PLOTLY]: figure },
    setData({ data: { "image/png": png } }) {
      if (png !== undefined) model.setData({ data: { ...model.data, "image/png": png } });
    },
  };
}
