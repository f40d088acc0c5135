// @ts-check
// Figures are made for a page. On a phone their words are smaller and broken, legends go below, and panels that stand
// side by side go one under the other.

/** @typedef {{ [key: string]: any }} Layout as plotly has it */
/** @typedef {{ data: Layout[], layout: Layout, config?: object, frames?: object[] }} Figure */
/** @typedef {{ x: string, y: string, across: [number, number], up: [number, number] }} Panel */

/** Below this width (pixels) a figure is laid out anew. */
export const NARROW = 560;
/**
 * A figure is never narrower (pixels): it would have nothing to read, and plotly would compute slides of sliders that are
 * shorter than nothing. What its place has no room for is beyond the edge.
 */
export const LEAST = 160;
/** Up to so many panels stand one under the other; more in two columns, and lower. */
const FEW = 6;
/** The height of a row of panels (pixels), in one column and in two. */
const ROW = { 1: 270, 2: 170 };
/** What plotly gives a figure that asks for none. */
const HEIGHT = 450;
/** What axes take below and beside a panel, as a share of its height and of the figure's width. */
const GAP = { below: 0.45, beside: 0.14 };
/** A line of a legend, what axes take below a figure, and what a slider does (pixels). */
const [LINE, AXIS, SLIDER] = [20, 50, 120];

/** Else it would stand in the middle of the margin, and touch what is below it. */
const ON_TOP = { yref: "container", y: 1, yanchor: "top", pad: { t: 10 } };

/** A slider leaves room for the buttons to its left. */
const BESIDE = { x: 0.34, xanchor: "left", len: 0.66 };

/**
 * The figure for a place of this width: what would be wider takes the place's.
 * @param {Figure} figure @param {number} width @returns {Figure}
 */
export function fitted(figure, width) {
  if (width < LEAST) return held(fitted(figure, LEAST));
  const { width: wanted, ...flexible } = figure.layout;
  const fits = wanted === undefined || wanted > width ? { ...flexible, autosize: true } : figure.layout;
  if (width >= NARROW) return { ...figure, layout: fits };
  const panels = panelsOf(fits);
  const side = panels.length > 1 && hasTitles(fits, panels);
  const layout = small(side ? stacked(fits, panels) : lower(fits, wanted, width), width);
  const config = { ...figure.config, displayModeBar: false };
  return { ...figure, config, layout: { ...layout, ...legendBelow(figure.data, layout) } };
}

/** With both given, plotly asks nobody for the room that there is. @param {Figure} figure @returns {Figure} */
function held({ layout: { autosize: _, ...layout }, ...figure }) {
  return { ...figure, layout: { ...layout, width: LEAST, height: layout.height ?? HEIGHT } };
}

/** At the very bottom, where it takes no width from the figure. @param {Figure["data"]} data @param {Layout} layout */
function legendBelow(data, layout) {
  const names = data.filter(hasEntry).map(({ name }) => String(name));
  if (layout.showlegend === false || names.length < (layout.showlegend ? 1 : 2)) return {};
  const wide = names.some((name) => name.length > 14);
  const lines = LINE * (wide ? names.length : Math.ceil(names.length / 2));
  const legend = { orientation: "h", x: 0, xanchor: "left", yref: "container", y: 0, yanchor: "bottom" };
  const room = (layout.sliders?.length ? SLIDER : AXIS) + lines;
  return {
    legend: { ...layout.legend, ...legend },
    margin: { ...layout.margin, b: room },
    height: Math.max(layout.height ?? 0, 200 + layout.margin.t + room),
  };
}

/** Whether a legend names a trace. @param {Layout} trace */
const hasEntry = ({ name, type, showlegend }) =>
  name !== undefined &&
  showlegend !== false &&
  !/^(contour|heatmap|image|table|parcoords)$/.test(String(type));

/** @param {Layout} layout @param {number} width */
function small(layout, width) {
  const title = broken(String(layout.title?.text ?? ""), width / 8);
  const { margin = {}, annotations = [] } = layout;
  const captions = annotations.some((/** @type {Layout} */ { yref, y }) => yref === "paper" && y >= 1);
  const top = 20 + 19 * title.split("<br>").length + (captions ? 24 : 8);
  return {
    ...layout,
    font: { ...layout.font, size: 11 },
    title: { ...layout.title, text: title, font: { size: 14 }, ...ON_TOP },
    ...(layout.sliders && {
      sliders: layout.sliders.map((/** @type {Layout} */ one) => ({ ...one, ...BESIDE })),
    }),
    margin: { ...margin, l: 44, r: Math.min(margin.r ?? 8, 24), t: Math.max(margin.t ?? 0, top) },
  };
}

/**
 * What keeps its shape is not to leave its height empty when it becomes narrow.
 * @param {Layout} layout @param {number | undefined} wanted @param {number} width
 */
function lower(layout, wanted, width) {
  const { height = HEIGHT, xaxis, yaxis } = layout;
  if (wanted !== undefined && wanted > width)
    return { ...layout, height: Math.round(60 + (height * width) / wanted) };
  const square = xaxis?.scaleanchor !== undefined || yaxis?.scaleanchor !== undefined;
  return square ? { ...layout, height: Math.min(height, width + 60) } : layout;
}

/** In reading order. @param {Layout} layout @returns {Panel[]} */
function panelsOf(layout) {
  const panels = Object.keys(layout)
    .filter((key) => /^xaxis\d*$/.test(key))
    .map((x) => {
      const y = x.replace("x", "y");
      return { x, y, across: layout[x]?.domain ?? [0, 1], up: layout[y]?.domain ?? [0, 1] };
    })
    .filter(({ y }) => y in layout);
  return inOrder(panels);
}

/**
 * As they are read: row by row, and in a row column by column, each from its top. What stands beside a row's panels is
 * in that row, also where it is as high as two of them.
 * @param {readonly Panel[]} panels @returns {Panel[]}
 */
function inOrder(panels) {
  const rows = grouped(panels, ({ up: [low, high] }) => [-high, -low]);
  return rows.flatMap((row) =>
    grouped(row, ({ across }) => across).flatMap((column) => column.toSorted((a, b) => b.up[1] - a.up[1])),
  );
}

/**
 * Panels that overlap along one direction, or are joined by others that do, in that direction's order.
 * @param {readonly Panel[]} panels @param {(panel: Panel) => readonly [number, number]} extent @returns {Panel[][]}
 */
function grouped(panels, extent) {
  /** @type {Panel[][]} */
  const groups = [];
  let end = -Infinity;
  for (const panel of panels.toSorted((a, b) => extent(a)[0] - extent(b)[0])) {
    const [from, to] = extent(panel);
    if (from < end) groups.at(-1)?.push(panel);
    else groups.push([panel]);
    end = Math.max(end, to);
  }
  return groups;
}

/** Pictures in a grid have no words at their axes, and may stay beside each other. @param {Layout} layout @param {readonly Panel[]} panels */
const hasTitles = (layout, panels) =>
  panels.some(({ x }) => layout[x]?.visible !== false && layout[x]?.title?.text);

/** @param {Layout} layout @param {readonly Panel[]} panels */
function stacked(layout, panels) {
  const columns = panels.length > FEW ? 2 : 1;
  const rows = Math.ceil(panels.length / columns);
  const height = 1 / (rows + GAP.below * (rows - 1));
  const width = (1 - GAP.beside * (columns - 1)) / columns;
  /** @type {Panel[]} */
  const placed = panels.map((panel, at) => {
    const top = 1 - Math.floor(at / columns) * height * (1 + GAP.below);
    const left = (at % columns) * (width + GAP.beside);
    return { ...panel, across: [left, left + width], up: [Math.max(0, top - height), top] };
  });
  const axes = placed.flatMap(({ x, y, across, up }, at) => [
    [x, { ...layout[x], domain: across }],
    [y, { ...layout[y], domain: up, showticklabels: true, ...(at % columns > 0 && { title: { text: "" } }) }],
  ]);
  const annotations = (layout.annotations ?? []).map((/** @type {Layout} */ one) =>
    moved(one, panels, placed),
  );
  return { ...layout, ...Object.fromEntries(axes), annotations, height: 80 + ROW[columns] * rows };
}

/**
 * Words that stand at a panel go with it.
 * @param {Layout} annotation @param {readonly Panel[]} from @param {readonly Panel[]} to
 */
function moved(annotation, from, to) {
  const { x, y, xref, yref } = annotation;
  if (xref !== "paper" || yref !== "paper" || typeof x !== "number" || typeof y !== "number")
    return annotation;
  const off = (/** @type {Panel} */ { across, up }) => outside(x, across) + outside(y, up);
  const at = from.reduce((best, panel, i) => (off(panel) < off(from[best] ?? panel) ? i : best), 0);
  const [was, is] = [from[at], to[at]];
  return was && is
    ? { ...annotation, x: along(x, was.across, is.across), y: along(y, was.up, is.up) }
    : annotation;
}

/** @param {number} value @param {readonly [number, number]} range */
const outside = (value, [low, high]) => Math.max(0, low - value, value - high);

/** @param {number} value @param {readonly [number, number]} from @param {readonly [number, number]} to */
const along = (value, [low, high], to) => to[0] + ((value - low) / (high - low)) * (to[1] - to[0]);

/** @param {string} title @param {number} letters to a line */
function broken(title, letters) {
  const lines = [""];
  for (const word of title.replaceAll("<br>", " ").split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length <= letters || lines.at(-1) === "") lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.join("<br>");
}
