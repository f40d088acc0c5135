// Names for a screen reader where ipywidgets and plotly give none: a figure is called as its title and axes say; for
// controls see spoken.ts.
import { nameControls } from "./spoken.ts";

/** What comes in a burst is named once (ms). */
const BURST = 300;

/** From now on names whatever comes into the page. */
export function nameAll(page: HTMLElement): void {
  let waits = false;
  const name = (): void => {
    waits = false;
    nameControls(page);
    for (const figure of page.querySelectorAll(".js-plotly-plot")) nameFigure(figure);
  };
  new MutationObserver(() => {
    if (!waits) setTimeout(name, BURST);
    waits = true;
  }).observe(page, { childList: true, subtree: true });
}

/** A live figure's title changes with its controls. */
function nameFigure(figure: Element): void {
  const words = wordsOf(Reflect.get(figure, "layout"));
  if (!words || figure.getAttribute("aria-label") === words) return;
  figure.setAttribute("role", "figure");
  figure.setAttribute("aria-label", words);
}

/** "The loss: loss by step" */
export function wordsOf(layout: unknown): string {
  const [title, x, y] = [layout, inside(layout, "xaxis"), inside(layout, "yaxis")].map(titleOf);
  const axes = x && y ? `${y} by ${x}` : x || y;
  return [title, axes].filter(Boolean).join(": ");
}

function titleOf(part: unknown): string {
  const title = inside(part, "title");
  const text = typeof title === "string" ? title : inside(title, "text");
  return typeof text === "string"
    ? text
        .replace(/<[^<>]+>/g, " ")
        .replace(/\s+/g, " ")
        .trim()
    : "";
}

const inside = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
