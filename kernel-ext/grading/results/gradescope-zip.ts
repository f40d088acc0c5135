// What a lecturer uploads to Gradescope: setup.sh and run_autograder, the assignment with its hidden tests, and gradbook
// itself as npm packs it, so that a later version changes nothing in a course that is under way.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Trouble } from "../../lab/trouble.mjs";
import type { Assignment } from "../assignment/assignment.ts";
import type { Level } from "../sandbox/sandbox.ts";
import { ownFile, root } from "./own-files.ts";
import { type ZipFile, zip } from "./zip.ts";

export interface AutograderOptions {
  /** The instructor's notebooks, with solutions and hidden tests: file names and contents. */
  readonly notebooks: readonly { readonly name: string; readonly content: string | Uint8Array }[];
  /** Files beside them, such as data. */
  readonly files?: readonly { readonly name: string; readonly content: string | Uint8Array }[];
  /** gradbook as `npm pack` makes it; packed anew where it is not given. */
  readonly package?: Uint8Array;
  /** Which sandbox is tried, in this order; none only where it is named. */
  readonly levels?: readonly Level[];
}

const LEVELS: readonly Level[] = ["bwrap", "landlock"];
/** For notebooks, beside what their tests may take. */
const MARGIN = 60;

export function gradescopeZip(assignment: Assignment, options: AutograderOptions): Uint8Array {
  const { notebooks, files = [], levels = LEVELS } = options;
  const names = notebooks.map(({ name }) => name);
  const lacking = assignment.notebooks.filter(({ name }) => !names.includes(name));
  if (lacking.length)
    throw new Trouble(
      `The autograder lacks ${lacking.map(({ name }) => name).join(", ")}, which the assignment has`,
      "give the instructor's notebooks, all of them",
    );
  const all: ZipFile[] = [
    { name: "setup.sh", content: setup(), executable: true },
    {
      name: "run_autograder",
      content: ownFile("kernel-ext/grading/results/gradescope/run-autograder.cjs"),
      executable: true,
    },
    { name: "autograder.json", content: `${JSON.stringify(settings(assignment, levels), null, 2)}\n` },
    ...[...notebooks, ...files].map(({ name, content }) => ({ name: `assignment/${safe(name)}`, content })),
    { name: "gradbook.tgz", content: options.package ?? packed() },
  ];
  return zip(all);
}

function settings(assignment: Assignment, levels: readonly Level[]) {
  const tests = assignment.notebooks.flatMap(({ cells }) => cells).filter(({ part }) => part === "test");
  const seconds = MARGIN + Math.ceil(tests.reduce((all, { seconds: one }) => all + one, 0));
  return { assignment: assignment.name, levels, seconds };
}

/** No way out of its folder. */
function safe(name: string): string {
  const parts = name.split("/");
  if (name.includes("\\") || parts.some((part) => part === "" || part === "." || part === ".."))
    throw new Trouble(
      `“${name}” cannot be a file's name in the autograder`,
      "a name without .. and without a slash before it",
    );
  return name;
}

function setup(): string {
  const pins = JSON.parse(ownFile("kernel-ext/lab/node-pins.json")) as Readonly<
    Record<string, Readonly<Record<string, { readonly package: string }>>>
  >;
  const pin = (platform: string): string => {
    const found = pins[platform]?.["22"]?.package;
    if (!found) throw new Error(`node-pins.json has no Node 22 for ${platform}`);
    return found;
  };
  return ownFile("kernel-ext/grading/results/gradescope/setup.sh")
    .replaceAll("@NODE_X64@", pin("linux-x64"))
    .replaceAll("@NODE_ARM64@", pin("linux-arm64"));
}

/** gradbook, as it is here. */
function packed(): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "gradbook-pack-"));
  try {
    execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], {
      cwd: fileURLToPath(root),
      stdio: ["ignore", "ignore", "pipe"],
    });
    const [file] = readdirSync(folder);
    if (!file) throw new Error(`npm pack has left nothing in ${basename(folder)}`);
    return readFileSync(join(folder, file));
  } catch (error) {
    throw new Trouble("npm could not pack gradbook for the autograder", "npm pack, which says why", {
      cause: error,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
