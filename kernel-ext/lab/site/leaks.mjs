// @ts-check
// The last look before a site is written: whatever else goes wrong, no page shows a solution or where it was made.
import { Trouble } from "../trouble.mjs";
import { textOf } from "./html.mjs";

/** @typedef {import("../release.mjs").Notebook} Notebook */

/** So short a line may stand anywhere, such as `return sum / n;`. */
const TELLING = 24;

/**
 * The lines of a lesson that a student does not get.
 * @param {Notebook} lesson with solutions @param {Notebook} student without
 */
export function secretLines(lesson, student) {
  const given = new Set(student.cells.flatMap(linesOf));
  return [...new Set(lesson.cells.flatMap(linesOf))].filter(
    (line) => line.length >= TELLING && !given.has(line),
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
 * @param {string} content a page, or a script that holds its text in strings @param {readonly string[]} secrets @param {string} file the lesson's
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
      `The page of ${file} would show a line of a solution or a hidden test: “${leak}”`,
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
