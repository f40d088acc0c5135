// The distribution of points, drawn.
import { escapeHtml } from "../../display/html.ts";
import type { Bin } from "./statistics.ts";
import { pointsText } from "./text.ts";

const WIDTH = 720;
const HEIGHT = 240;
const LEFT = 44;
const BOTTOM = 44;
const TOP = 22;

/** An inline SVG; a table beside it says the same in numbers. */
export function histogram(bins: readonly Bin[], points: number): string {
  const most = Math.max(1, ...bins.map(({ number }) => number));
  const slot = (WIDTH - LEFT) / bins.length;
  const height = (number: number): number => ((HEIGHT - BOTTOM - TOP) * number) / most;
  const every = Math.ceil(bins.length / 12);
  const bars = bins.map(({ from, number }, at) => {
    const x = LEFT + at * slot;
    const y = HEIGHT - BOTTOM - height(number);
    const middle = (x + slot / 2).toFixed(1);
    const bar = `<rect x="${(x + slot * 0.1).toFixed(1)}" y="${y.toFixed(1)}" width="${(slot * 0.8).toFixed(1)}" height="${height(number).toFixed(1)}"/>`;
    const above = number
      ? `<text x="${middle}" y="${(y - 5).toFixed(1)}" text-anchor="middle">${number}</text>`
      : "";
    const under =
      at % every === 0
        ? `<text x="${middle}" y="${HEIGHT - BOTTOM + 17}" text-anchor="middle">${pointsText(from)}</text>`
        : "";
    return bar + above + under;
  });
  const says = `Points of ${pointsText(points)}, and how many submissions have them; the table after it has the numbers.`;
  return `<svg class="histogram" role="img" aria-label="${escapeHtml(says)}" viewBox="0 0 ${WIDTH} ${HEIGHT}">
<line x1="${LEFT}" y1="${HEIGHT - BOTTOM}" x2="${WIDTH}" y2="${HEIGHT - BOTTOM}"/>
${bars.join("\n")}
<text x="${LEFT + (WIDTH - LEFT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">points</text>
<text x="14" y="${(HEIGHT - BOTTOM) / 2}" text-anchor="middle" transform="rotate(-90 14 ${(HEIGHT - BOTTOM) / 2})">submissions</text>
</svg>`;
}
