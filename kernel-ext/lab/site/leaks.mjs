// @ts-check
// The last look before a site is written: whatever else goes wrong, no page shows a solution or where it was made.
import { Trouble } from "../trouble.mjs";
import { textOf } from "./html.mjs";

/** @typedef {import("../release.mjs").Notebook} Notebook */

/** So short a line may stand anywhere, such as `return sum / n;`. */
const TELLING = 24;

/**
 * The lines of a lesson that students do not get, in no lesson.
 * @param {Notebook} lesson with solutions @param {readonly Notebook[]} students all lessons as they get them
 */
export function secretLines(lesson, students) {
  // What a line of theirs has in it gives nothing away.
  const cells = students.flatMap((student) => student.cells);
  const given = cells.map((cell) => squeezed(linesOf(cell).join(""))).join("\n");
  return [...new Set(lesson.cells.flatMap(linesOf))].filter(
    (line) => line.length >= TELLING && !given.includes(squeezed(line)),
  );
}

/** @param {import("../release.mjs").Cell} cell */
const linesOf = ({ source }) =>
  [source]
    .flat()
    .join("")
    .split("\n")
    .map((line) => line.trim());

/**
 * @param {string} content a page, or a script that holds its text in strings
 * @param {readonly string[]} secrets @param {string} file the lesson's
 */
export function refuseLeaks(content, secrets, file) {
  const shown = content
    .replaceAll('\\"', '"')
    .split("\n")
    .map((line) => squeezed(textOf(line)))
    .join("\n");
  const leak = secrets.find((secret) => shown.includes(squeezed(secret)));
  if (leak)
    throw new Trouble(
      `The site would show a line of a solution or a hidden test of ${file}: “${leak}”`,
      "take it out of the cells that students see, and of what they print",
    );
}

/** Without blanks, of which HTML may have more or fewer. @param {string} text */
const squeezed = (text) => text.replace(/\s+/g, "");

/**
 * What lessons have printed, without the path of this clone.
 * @param {string} text @param {string} root
 */
export function withoutPaths(text, root) {
  return text.replaceAll(`${root}/`, "").replaceAll(root, ".");
}
