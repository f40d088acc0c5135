// Lines, dots, words, boxes and rows of names in an SVG.
import { escapeHtml } from "../display/html.ts";

export const GREY = "#797979";
export const COLORS: readonly string[] = [
  "#3a86d1",
  "#d9730d",
  "#2f9e63",
  "#d64f6b",
  "#8f6fd0",
  "#b8860b",
  "#1a9aa8",
];

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A rectangle between two corners, whichever they are. */
export function between(x0: number, y0: number, x1: number, y1: number): Rectangle {
  return {
    left: Math.min(x0, x1),
    top: Math.min(y0, y1),
    width: Math.abs(x1 - x0),
    height: Math.abs(y1 - y0),
  };
}

export function rectangle({ left, top, width, height }: Rectangle, look = ""): string {
  const [x, y, wide, tall] = [left, top, width, height].map((number) => Number(number.toFixed(1)));
  return `<rect x="${x}" y="${y}" width="${wide}" height="${tall}"${look}/>`;
}

/** A grey line of the grid. */
export function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<path d="M${x1} ${y1.toFixed(1)}L${x2} ${y2.toFixed(1)}" stroke="${GREY}" stroke-opacity="0.25"/>`;
}

export interface TextLook {
  readonly anchor?: "start" | "middle" | "end";
  readonly size?: number;
  readonly color?: string;
}

/** Words, of which each <br> begins another line; plotly's other tags are left out. */
export function text(
  x: number,
  y: number,
  words: string,
  { anchor = "middle", size = 12, color }: TextLook = {},
): string {
  const lines = linesIn(words);
  return lines
    .map((words, at) => {
      const look = `text-anchor="${anchor}" font-size="${size}"${color ? ` fill="${escapeHtml(color)}"` : ""}`;
      return `<text x="${x.toFixed(1)}" y="${(y + at * 1.25 * size).toFixed(1)}" ${look}>${escapeHtml(words)}</text>`;
    })
    .join("");
}

export function linesIn(words: string): string[] {
  return words
    .split(/<br\s*\/?>/)
    .map((line) => line.replace(/<\/?(b|i|em|sub|sup)>/g, ""))
    .filter((line) => line !== "");
}

/** Names in their colours, side by side. */
export function legend(names: ReadonlyMap<string, string>, left: number, y: number): string {
  let x = left;
  return [...names]
    .map(([name, color]) => {
      const entry = rectangle({ left: x, top: y - 8, width: 14, height: 8 }, ` fill="${escapeHtml(color)}"`);
      const words = text(x + 19, y, name, { anchor: "start" });
      x += 40 + 7.2 * name.length;
      return entry + words;
    })
    .join("");
}
