// @ts-check
// The pages that are about all lessons: the course, and the claims.
import { counted } from "../screen.mjs";
import { escaped, slugOf } from "./html.mjs";
import { demands, titleOf } from "./lesson-page.mjs";
import { claimCard } from "./outputs.mjs";

/** @typedef {import("./lesson.mjs").Lesson} Lesson */
/** @typedef {import("./lesson-page.mjs").Made} Made */
/** @typedef {{ lesson: Lesson, made: Made }} Shown */

/** @param {readonly Shown[]} all @returns {import("./shell.mjs").Page} */
export function coursePage(all) {
  const sum = (/** @type {(one: Shown) => number} */ of) => all.reduce((total, one) => total + of(one), 0);
  const total = [
    counted(all.length, "lesson"),
    counted(
      sum(({ made }) => made.figures),
      "figure",
    ),
    `${counted(
      sum(({ lesson }) => lesson.exercises.length),
      "exercise",
    )} with ${counted(
      sum(({ lesson }) => lesson.points),
      "point",
    )}`,
  ];
  const main = `<section class="welcome">
<h1>Deep learning from scratch, in TypeScript</h1>
<p class="opening">Each lesson asks a question, measures, draws what came out, and says what it means; then it is your turn. Every number and figure here comes from the cell above it, run on a library that was written to be read.</p>
<p>You can read everything here: move over a figure to see its values, drag to look closer. To change a cell and run it, or to write the exercises and have them checked, start the lab in your clone:</p>
<pre><code>npm run lab</code></pre>
<p class="facts">${total.join(" · ")}</p>
</section>
<h2 id="lessons">Lessons</h2>
<ol class="lessons">
${all.map(card).join("\n")}
</ol>`;
  const about = "Deep learning from scratch, in TypeScript: lessons with interactive figures and exercises.";
  return { file: "index.html", title: "The course", about, main };
}

/** @param {Shown} shown */
function card({ lesson, made }) {
  const { page, number, title } = lesson;
  return `<li class="card"><span class="number" aria-hidden="true">${escaped(number)}</span><div><h3><a href="${page}">${escaped(title)}</a></h3><p>${made.lead}</p><p class="facts">${demands(lesson)}</p></div></li>`;
}

/** @param {readonly Shown[]} all @returns {import("./shell.mjs").Page | undefined} */
export function claimsPage(all) {
  const claims = all.flatMap(({ lesson, made }) => made.claims.map((one) => ({ ...one, lesson })));
  if (claims.length === 0) return undefined;
  const verdicts = [...new Set(claims.map(({ claim }) => claim.verdict))].sort(byRank);
  const buttons = verdicts.map((verdict) => {
    const count = claims.filter(({ claim }) => claim.verdict === verdict).length;
    const kind = escaped(verdict.replaceAll(" ", "-"));
    return `<button type="button" class="tool" data-verdict="${kind}" aria-pressed="false">${escaped(verdict)} <span>${count}</span></button>`;
  });
  const courses = [...new Set(claims.map(({ claim }) => claim.course))].sort();
  const groups = courses.map((course) => {
    const cards = claims
      .filter(({ claim }) => claim.course === course)
      .map(({ claim, href, lesson }) => {
        const link = `<p class="facts">measured in <a href="${href}">${escaped(titleOf(lesson))}</a></p>`;
        return `<li>${claimCard(claim, link)}</li>`;
      });
    return `<section data-course><h2 id="${slugOf(course)}">${escaped(course)}</h2>\n<ul class="claims">${cards.join("\n")}</ul></section>`;
  });
  const main = `<h1>Claims, measured</h1>
<p class="opening">What courses say, and what came out when a lesson measured it. A claim may hold, hold with a limit that it does not name, or not hold; the cell behind each one would fail if its measurement said otherwise.</p>
<div class="filter" role="group" aria-label="Show only claims that">${buttons.join("")}</div>
${groups.join("\n")}`;
  const about = `${counted(claims.length, "claim")} of deep-learning courses, measured.`;
  return { file: "claims.html", title: "Claims, measured", about, main };
}

/** @param {string} a @param {string} b */
const byRank = (a, b) => rank(a) - rank(b);

/** @param {string} verdict */
const rank = (verdict) => ["holds", "holds in part", "does not hold"].indexOf(verdict);
