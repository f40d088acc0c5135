// @ts-check
// notebooks/CLAIMS.md: what the courses say, what the lessons have measured about it, and the verdict. It is written from
// lessons that have run, so that no verdict stands there that no measurement bears.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromBuild } from "./built.mjs";
import { faultOf, outputsOf, readNotebook, titleOf } from "./executed.mjs";
import { writeAside } from "./files.mjs";
import { executedFolder } from "./notebooks.mjs";
import { ROOT } from "./place.mjs";
import { counted } from "./screen.mjs";
import { Trouble } from "./trouble.mjs";

/** @typedef {import("./release.mjs").Notebook} Notebook */
/** @typedef {typeof import("../../notebooks/claims.ts")} ClaimsModule */
/**
 * As a notebook keeps it.
 * @typedef {{ course: string, topic: string, says: string, measured: string, verdict: import("../../notebooks/claims.ts").Verdict }} Claim
 */
/** @typedef {{ name: string, title: string, claims: Claim[] }} Lesson */

const AGAIN = "npm run notebooks";
/** @type {Claim["verdict"][]} */
const VERDICTS = ["holds", "holds in part", "does not hold"];

/** Where the list lies. */
export const claimsFile = (root = ROOT) => join(root, "notebooks", "CLAIMS.md");

/**
 * Writes the list, where it is another one now.
 * @param {string[]} names all lessons
 * @returns {Promise<string>} what was done
 */
export async function renewClaims(names, { from = executedFolder(), to = claimsFile() } = {}) {
  const lessons = await lessonsWithClaims(names, from);
  const page = claimsPage(lessons);
  const count = lessons.reduce((sum, { claims }) => sum + claims.length, 0);
  const same = contentOf(to) === page;
  if (!same) writeAside(to, page);
  return `${to}: ${counted(count, "claim")}, ${same ? "as before" : "written anew"}`;
}

/** @param {string[]} names @returns {Promise<Lesson[]>} */
export async function lessonsWithClaims(names, from = executedFolder()) {
  /** @type {ClaimsModule} */
  const { CLAIMS_MIME } = await fromBuild("notebooks/claims.js");
  return names.toSorted().map((name) => {
    const notebook = readNotebook(join(from, name));
    const fault = faultOf(notebook);
    if (!notebook || fault) throw new Trouble(`${name} has not run to its end: ${fault}`, AGAIN);
    return { name, title: titleOf(notebook, name), claims: claimsIn(notebook, CLAIMS_MIME) };
  });
}

/** @param {Notebook} notebook @param {string} mime @returns {Claim[]} */
const claimsIn = (notebook, mime) =>
  notebook.cells.flatMap(outputsOf).flatMap(({ data }) => /** @type {Claim[]} */ (data?.[mime] ?? []));

/** @param {Lesson[]} lessons */
export function claimsPage(lessons) {
  const claims = lessons.flatMap((lesson) => lesson.claims);
  return [
    "# What the courses say, and what was measured",
    `Written by \`${AGAIN}\` from the lessons as they ran, once all of them had run without a fault. The sentences are in our
words; a verdict stands only where its cell's measurement bears it, or else the cell fails.`,
    `${counted(claims.length, "claim")}: ${counts(claims)}.`,
    ...(claims.length ? [overview(claims)] : []),
    ...lessons.filter((lesson) => lesson.claims.length).map(section),
    "",
  ]
    .join("\n\n")
    .replace(/\n+$/, "\n");
}

/** @param {Claim[]} claims */
const counts = (claims) => VERDICTS.map((verdict) => `${verdict} ${count(claims, verdict)}`).join(", ");

/** @param {Claim[]} claims @param {Claim["verdict"]} verdict */
const count = (claims, verdict) => claims.filter((claim) => claim.verdict === verdict).length;

/** @param {Claim[]} claims */
function overview(claims) {
  const courses = [...new Set(claims.map(({ course }) => course))].sort();
  return table(
    ["Course", ...VERDICTS],
    courses.map((course) => {
      const its = claims.filter((claim) => claim.course === course);
      return [markdown(course), ...VERDICTS.map((verdict) => String(count(its, verdict)))];
    }),
  );
}

/** @param {Lesson} lesson */
function section({ name, title, claims }) {
  const rows = claims.map(({ says, course, topic, measured, verdict }) =>
    [says, course, topic, measured, verdict].map(markdown),
  );
  const head = ["Claim", "Course", "Topic", "What was measured", "Verdict"];
  return `## [${markdown(title)}](${encodeURIComponent(name)})\n\n${table(head, rows)}`;
}

/** @param {string[]} head @param {string[][]} rows */
const table = (head, rows) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/**
 * A text that stands in Markdown as it was written: on one line, and no part of it a mark or a tag.
 * @param {string} text
 */
const markdown = (text) =>
  text
    .trim()
    .replace(/\s+/g, " ")
    .replace(/[&<>]/g, (sign) => `&${{ "&": "amp", "<": "lt", ">": "gt" }[sign]};`)
    .replace(/[\\`*_[\]|~$]/g, "\\$&");

/** @param {string} path */
function contentOf(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
