// What feedback and summary share: one file each, which asks for nothing and runs nothing.
import { escapeHtml } from "../../display/html.ts";
import { ownFile } from "./own-files.ts";

export interface Page {
  readonly title: string;
  /** HTML under the title. */
  readonly about: string;
  readonly main: string;
  readonly foot: string;
}

/** The browser itself keeps to it: no script, no request, whatever stands in a text. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

const LOOKS = [
  "kernel-ext/lab/site/look/colours.css",
  "kernel-ext/lab/site/look/text.css",
  "kernel-ext/grading/results/look/pages.css",
];

let styles: string | undefined;

/** Without comments and indents: a class gets a page each. */
function look(): string {
  styles ??= LOOKS.map((path) => ownFile(path))
    .join("\n")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\n\s*/g, "\n")
    .replace(/\n{2,}/g, "\n")
    .trim();
  return styles;
}

export function page({ title, about, main, foot }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>
${look()}
</style>
</head>
<body>
<a class="skip" href="#content">Skip to the results</a>
<header>
<h1>${escapeHtml(title)}</h1>
${about}
</header>
<main id="content" tabindex="-1">
${main}
</main>
<footer>
${foot}
</footer>
</body>
</html>
`;
}

export interface Column {
  readonly head: string;
  /** Numbers stand at the right. */
  readonly number?: boolean;
  readonly state?: boolean;
}

/** Rows of HTML under a head; the first cell of each names its row. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const mark = ({ number, state }: Column): string =>
    number ? ' class="number"' : state ? ' class="state"' : "";
  const heads = columns.map((column) => `<th scope="col"${mark(column)}>${escapeHtml(column.head)}</th>`);
  const lines = rows.map(([name = "", ...cells]) => {
    const rest = cells.map((cell, at) => `<td${mark(columns[at + 1]!)}>${cell}</td>`);
    return `<tr><th scope="row">${name}</th>${rest.join("")}</tr>`;
  });
  return `<div class="wide" role="group" aria-label="${escapeHtml(caption)}" tabindex="0"><table><caption>${escapeHtml(caption)}</caption>
<thead><tr>${heads.join("")}</tr></thead>
<tbody>
${lines.join("\n")}
</tbody></table></div>`;
}

export const note = (html: string, bad = false): string => `<p class="note${bad ? " bad" : ""}">${html}</p>`;

/** The day and minute, in UTC: a page is read wherever. */
export function timeText(iso: string): string {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? iso : `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
