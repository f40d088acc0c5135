// @ts-check
// The page of one lesson, and what the search keeps of it.
import { counted, duration } from "../screen.mjs";
import { highlighted } from "./highlight.mjs";
import { escaped, textOf } from "./html.mjs";
import { firstSentences, parts } from "./markdown.mjs";
import { claimsOf, outputsHtml, outputsText } from "./outputs.mjs";

/** @typedef {import("./lesson.mjs").Lesson} Lesson */
/** @typedef {import("./lesson.mjs").SiteCell} SiteCell */
/** @typedef {import("./markdown.mjs").Heading} Heading */
/** @typedef {import("./outputs.mjs").Claim} Claim */

/** What the search finds: a heading and all that stands under it. @typedef {import("./client/search.mjs").Section} Section */

/**
 * @typedef {object} Made
 * @property {import("./shell.mjs").Page} page
 * @property {string} lead the first sentences, HTML
 * @property {Section[]} sections
 * @property {{ claim: Claim, href: string }[]} claims
 * @property {number} figures
 */

/** So much of its lead stands with a lesson in the list of all (letters). */
const LEAD = 120;

/**
 * @param {Lesson} lesson
 * @param {{ previous?: Lesson | undefined, next?: Lesson | undefined, pages: ReadonlySet<string> }} around
 * @returns {Made}
 */
export function lessonPage(lesson, { previous, next, pages }) {
  /** @type {Heading[]} */
  const headings = [];
  /** @type {Section[]} */
  const sections = [];
  /** @type {Made["claims"]} */
  const claims = [];
  const html = [];
  const ids = new Set(["content", "search-results", ...lesson.cells.map(({ id }) => cellId(id))]);
  const section = () => sections.at(-1) ?? begin({ id: "content", level: 1, html: "", text: lesson.title });
  const begin = (/** @type {Heading} */ { id, text }) => {
    const begun = { page: lesson.page, lesson: titleOf(lesson), heading: text, id, text: "", code: "" };
    sections.push(begun);
    return begun;
  };
  for (const cell of lesson.cells) {
    const place = { where: `${lesson.file}, cell “${cell.id}”`, ids, pages };
    if (cell.kind === "markdown") {
      for (const part of parts(cell.text, place)) {
        if (part.heading) {
          headings.push(part.heading);
          html.push(headingHtml(part.heading));
          if (headings.length === 1) html.push(facts(lesson));
          begin(part.heading);
        }
        html.push(part.html);
        section().text += ` ${part.text}`;
      }
      if (cell.part) html.push(noteOf(cell, lesson));
      continue;
    }
    // Imports name everything, and are what nobody looks for.
    if (!isImports(cell)) section().code += ` ${cell.text}`;
    section().text += ` ${outputsText(cell.outputs)}`;
    for (const claim of claimsOf(cell.outputs)) {
      claims.push({ claim, href: `${lesson.page}#${cellId(cell.id)}` });
      section().text += ` ${claim.says} ${claim.measured}`;
    }
    html.push(codeCell(cell, lesson, outputsHtml(cell.outputs, place)));
  }
  const lead = firstSentences(lesson.cells[0]?.text ?? "", LEAD, {
    where: lesson.file,
    ids: new Set(),
    pages,
  });
  const main = `<article>\n${html.join("\n")}\n</article>\n${neighbours(previous, next)}`;
  return {
    page: { file: lesson.page, title: titleOf(lesson), about: textOf(lead), main, aside: contents(headings) },
    lead,
    sections: sections.map((one) => ({ ...one, text: one.text.trim(), code: one.code.trim() })),
    claims,
    figures: main.split('<figure class="plot"').length - 1,
  };
}

/** @param {Lesson} lesson */
export const titleOf = ({ number, title }) => (number ? `${number} · ${title}` : title);

/** What a lesson asks of its reader, in a line. @param {Lesson} lesson */
export function demands({ exercises, points, seconds }) {
  const ran = seconds ? [`runs in ${duration(1000 * seconds)}`] : [];
  const asked = exercises.length
    ? [`${counted(exercises.length, "exercise")}, ${counted(points, "point")}`]
    : ["no exercises"];
  return [...ran, ...asked].join(" · ");
}

/** @param {string} id */
const cellId = (id) => `cell-${id}`;

/** @param {Heading} heading */
function headingHtml({ id, level, html, text }) {
  const link = `<a class="anchor" href="#${id}" aria-label="Link to “${escaped(text)}”">#</a>`;
  return `<h${level} id="${id}">${html} ${level === 1 ? "" : link}</h${level}>`;
}

/** @param {Lesson} lesson */
const facts = (lesson) =>
  `<p class="facts">${demands(lesson)} · <code>notebooks/${escaped(lesson.file)}</code></p>`;

/** @param {SiteCell} cell @param {Lesson} lesson @param {string} outputs */
function codeCell(cell, lesson, outputs) {
  const code = `<pre class="code" role="group" aria-label="Code"><code>${highlighted(cell.text)}</code></pre>`;
  const fold = isImports(cell) ? "Imports" : cell.isFolded ? "How it was measured" : undefined;
  const shown = fold ? `<details class="folded"><summary>${fold}</summary>${code}</details>` : code;
  const out = outputs && `\n<div class="outputs">${outputs}</div>`;
  return `<div class="cell${cell.part ? ` ${cell.part}` : ""}" id="${cellId(cell.id)}">${shown}${out}${noteOf(cell, lesson)}</div>`;
}

/** @param {SiteCell} cell */
const isImports = ({ text }) => text.replace(/^import\b[^;]*;\s*/gm, "").trim() === "";

/** How to work on an exercise: at length for a lesson's first. @param {SiteCell} cell @param {Lesson} lesson */
function noteOf({ part, exercise }, { file, exercises }) {
  if (!part || !exercise) return "";
  const first = exercise === exercises[0];
  if (part === "check") {
    const words =
      "In the lab this cell says which tests pass, what is wrong with the first that does not, and how many points you have.";
    return first ? `<p class="note">${words}</p>` : "";
  }
  const points = exercise.points ? ` (${counted(exercise.points, "point")})` : "";
  const way = first
    ? `Start the lab with <code>npm run lab</code>, open <code>${escaped(file)}</code>, write the answer in this place, run it, then the check below it.`
    : "In the lab, as the first.";
  return `<p class="note"><strong>Yours to write${points}.</strong> ${way}</p>`;
}

/** @param {readonly Heading[]} headings */
function contents(headings) {
  const shown = headings.filter(({ level }) => level === 2 || level === 3);
  if (shown.length === 0) return "";
  const items = shown.map(
    ({ id, level, html }) => `<li class="level-${level}"><a href="#${id}">${html}</a></li>`,
  );
  return `<nav class="toc" aria-label="On this page"><details open><summary>On this page</summary><ol>${items.join("")}</ol></details></nav>`;
}

/** @param {Lesson | undefined} previous @param {Lesson | undefined} next */
function neighbours(previous, next) {
  const link = (
    /** @type {Lesson | undefined} */ lesson,
    /** @type {string} */ rel,
    /** @type {string} */ words,
  ) =>
    lesson
      ? `<a rel="${rel}" href="${lesson.page}"><span>${words}</span> ${escaped(titleOf(lesson))}</a>`
      : "<span></span>";
  return `<nav class="neighbours" aria-label="Lessons before and after">${link(previous, "prev", "Before")}${link(next, "next", "After")}</nav>`;
}
