// @ts-check
// build/figures/index.html: every figure that was drawn, by lesson. One file, which asks no server for anything.
import { counted } from "./screen.mjs";

/**
 * @typedef {object} Shown
 * @property {string} name
 * @property {string} title
 * @property {string} alt
 * @property {number} width in CSS pixels
 * @property {number} height
 * @property {boolean} dark whether there is a drawing for dark pages
 * @property {string[]} files endings of the files that there are
 */

/**
 * What a lesson's folder says of itself.
 * @typedef {{ title: string, fault?: string, figures: Shown[] }} Drawn
 */

/** @typedef {(text: string) => string} Escape */

const WORDS = /** @type {const} */ ([
  ["png", "PNG"],
  ["dark.png", "PNG for dark pages"],
  ["svg", "SVG"],
  ["json", "JSON"],
  ["csv", "CSV"],
]);

/**
 * @param {{ folder: string, drawn: Drawn | undefined }[]} lessons in their order; undefined where none was drawn yet
 * @param {Escape} escapeHtml
 */
export function gallery(lessons, escapeHtml) {
  const there = lessons.flatMap(({ folder, drawn }) => (drawn ? [{ folder, drawn }] : []));
  const count = there.reduce((sum, { drawn }) => sum + drawn.figures.length, 0);
  const drawing = there.filter(({ drawn }) => drawn.figures.length > 0);
  const links = there.map(
    ({ folder, drawn }) =>
      `<li><a href="#${link(folder)}">${escapeHtml(drawn.title)}</a> <small>${drawn.figures.length}</small></li>`,
  );
  const waiting = lessons.filter(({ drawn }) => !drawn).map(({ folder }) => folder);
  const note = waiting.length
    ? `<p>Not drawn yet: ${escapeHtml(waiting.join(", "))}. <code>npm run figures</code> draws them.</p>`
    : "";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>The course's figures</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>The course's figures</h1>
<p>${counted(count, "figure")} of ${counted(drawing.length, "lesson")}, drawn by <code>npm run figures</code> from what the lessons compute. JSON is the
figure as plotly takes it; CSV its numbers, a row for each point of each trace.</p>
${note}<nav aria-label="Lessons"><ul>
${links.join("\n")}
</ul></nav>
</header>
<main>
${there.map((lesson) => section(lesson, escapeHtml)).join("\n")}
</main>
</body>
</html>
`;
}

/** @param {{ folder: string, drawn: Drawn }} lesson @param {Escape} escapeHtml */
function section({ folder, drawn }, escapeHtml) {
  const { title, fault, figures } = drawn;
  const cards = figures.map((figure) => card(folder, figure, escapeHtml));
  const body = fault
    ? `<p class="fault">Not drawn: the lesson did not run to its end. ${escapeHtml(fault)}</p>`
    : cards.length
      ? `<div class="cards">\n${cards.join("\n")}\n</div>`
      : "<p>This lesson draws nothing.</p>";
  return `<section id="${escapeHtml(folder)}">
<h2>${escapeHtml(title)}</h2>
${body}
</section>`;
}

/** @param {string} folder @param {Shown} figure @param {Escape} escapeHtml */
function card(folder, { name, title, alt, width, height, dark, files }, escapeHtml) {
  const at = (/** @type {string} */ ending) => `${link(folder)}/${link(name)}.${ending}`;
  const source = dark ? `<source media="(prefers-color-scheme: dark)" srcset="${at("dark.png")}">` : "";
  const links = WORDS.filter(([ending]) => files.includes(ending)).map(
    ([ending, words]) => `<a href="${at(ending)}">${words}</a>`,
  );
  return `<figure id="${escapeHtml(`${folder}/${name}`)}">
<a href="${at("svg")}"><picture>${source}<img src="${at("png")}" width="${width}" height="${height}" alt="${escapeHtml(alt)}" loading="lazy"></picture></a>
<figcaption><h3>${escapeHtml(title)}</h3><p><code>${escapeHtml(name)}</code></p><p>${links.join(" · ")}</p></figcaption>
</figure>`;
}

/** @param {string} name a file's, as a link has it */
const link = (name) => encodeURIComponent(name).replaceAll("'", "%27");

const STYLE = `
:root { --text: #1c1c1c; --quiet: #5f5f5f; --line: #d9d9d9; --page: #fff; --link: #1a5fb4; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e6e6; --quiet: #a6a6a6; --line: #383838; --page: #111; --link: #7db4f5; --bad: #f2877e; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 96rem; padding: 1.5rem clamp(1rem, 3vw, 3rem) 4rem; color: var(--text);
  background: var(--page); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 1rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0; }
a { color: var(--link); }
header p { max-width: 48rem; }
small, figcaption code { color: var(--quiet); }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.5rem; list-style: none; padding: 0; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); gap: 1.5rem; }
figure { margin: 0; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; display: flex; flex-direction: column; }
figure > a { display: grid; place-items: center; flex: 1; }
img { display: block; max-width: 100%; height: auto; }
figcaption { padding: .6rem .9rem .7rem; border-top: 1px solid var(--line); }
figcaption p { margin: .15rem 0 0; font-size: .9rem; }
.fault { color: var(--bad); }
`;
