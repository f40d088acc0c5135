#!/usr/bin/env node
// @ts-check
// Gradescope runs this, as `run_autograder`, for each submission. Whatever happens, there is a results.json in the end:
// without one, students see a blank page.
const { spawnSync } = require("node:child_process");
const { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

const root = process.env.AUTOGRADER_ROOT || "/autograder";
const source = join(root, "source");
const results = join(root, "results");

/** A crash, as students read it: nothing of the grader's own words. @param {string} why */
const failed = (why) => ({
  score: 0,
  output: `The autograder could not grade this submission: ${why}. Please tell your instructor.`,
  output_format: "text",
  visibility: "visible",
  stdout_visibility: "hidden",
  tests: [],
});

/** Written aside and renamed. @param {object} content */
function write(content) {
  mkdirSync(results, { recursive: true });
  const part = join(results, "results.json.part");
  writeFileSync(part, `${JSON.stringify(content, null, 2)}\n`);
  renameSync(part, join(results, "results.json"));
}

/** Tries one level of the sandbox after the other, as a container allows not all. */
function grade() {
  const { levels, seconds } = JSON.parse(readFileSync(join(source, "autograder.json"), "utf8"));
  const gradbook = join(source, "node_modules", "gradbook", "kernel-ext", "gradbook.mjs");
  let why = "its sandbox cannot be set up here";
  for (const level of levels) {
    const out = mkdtempSync(join(tmpdir(), "gradbook-"));
    try {
      const args = ["grade", join(source, "assignment"), join(root, "submission")];
      const flags = ["--out", out, "--sandbox", level, "--export", "gradescope"];
      const { status, error } = spawnSync(process.execPath, [gradbook, ...args, ...flags], {
        stdio: "inherit",
        timeout: 1000 * seconds,
        killSignal: "SIGKILL",
      });
      const made = read(join(out, "gradescope.json"));
      if (made) return made;
      if (error && "code" in error && error.code === "ETIMEDOUT") return failed("it took too long");
      if (status !== 0) why = `it ended with ${status}`;
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  }
  return failed(why);
}

/** @param {string} path */
function read(path) {
  try {
    const made = JSON.parse(readFileSync(path, "utf8"));
    return typeof made.score === "number" ? made : undefined;
  } catch {
    return undefined;
  }
}

try {
  write(grade());
} catch (error) {
  // For the instructor, who alone reads what is printed.
  console.error(error);
  write(failed("something went wrong in it"));
}
