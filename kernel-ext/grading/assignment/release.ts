// Makes the student version of an assignment: its notebooks, and a manifest of what was handed out.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { readJson, writeAside } from "../../lab/files.mjs";
import { Trouble } from "../../lab/trouble.mjs";
import type { Assignment } from "./assignment.ts";
import { oneLine } from "./json.ts";
import { leaksIn } from "./leaks.ts";
import { isGraded, type Prepared, prepared, total } from "./read.ts";

/** What was handed out. It holds nothing that a guess at a solution could be tried against, so not the assignment's hash. */
export interface Manifest {
  readonly schema: 1;
  readonly assignment: string;
  /** The version that made it. */
  readonly gradbook: string;
  /** All that can be reached, extra credit left out. */
  readonly points: number;
  readonly exercises: readonly {
    readonly notebook: string;
    readonly id: string;
    readonly kind: "test" | "manual";
    readonly points: number;
    readonly extra: boolean;
    /** How long its tests may take; not said of what a person grades. */
    readonly seconds?: number;
  }[];
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
}

export interface Release {
  readonly assignment: Assignment;
  readonly folder: string;
  readonly manifest: Manifest;
}

export { leaksIn };

export const MANIFEST = "manifest.json";

/** Without `to`, into `release/` beside the notebooks. Nothing is written before all is known to be good. */
export function releaseAssignment(
  paths: readonly string[],
  { to }: { to?: string | undefined } = {},
): Release {
  if (paths.length === 0) throw new Trouble("release takes notebooks", "gradbook release homework.ipynb");
  const { assignment, notebooks } = prepared(paths);
  const folder = to ?? folderBeside(notebooks.map(({ path }) => path));
  const files = textsOf(notebooks);
  refuseLeaks(files, assignment);
  const manifest = manifestOf(assignment, files);
  refuseToOverwrite(
    folder,
    [...files.keys()],
    notebooks.map(({ path }) => path),
  );
  for (const [name, text] of files) writeAside(join(folder, name), text);
  writeAside(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  return { assignment, folder, manifest };
}

/** The students' notebooks by name, as `releaseAssignment` writes them. */
export const releasedNotebooks = (path: string | readonly string[]): ReadonlyMap<string, string> =>
  textsOf(prepared([path].flat()).notebooks);

const textsOf = (notebooks: readonly Prepared[]): ReadonlyMap<string, string> =>
  new Map(
    notebooks.map(({ path, student }) => [basename(path), `${JSON.stringify(student.json, null, 1)}\n`]),
  );

/** A release in words, for whoever has made it. */
export function saidOf({ assignment, folder, manifest }: Release): string {
  const { exercises, files, points } = manifest;
  const extra = total(assignment.notebooks.flatMap(({ cells }) => cells).filter((cell) => cell.extra));
  const byHand = exercises.filter(({ kind }) => kind === "manual").length;
  return [
    `Released “${assignment.name}” into ${folder}: ${files.map(({ name }) => name).join(", ")}, ${MANIFEST}`,
    `${counted(exercises.length, "exercise")}, ${counted(points, "point")}${extra ? ` and ${extra} on top` : ""}${byHand ? `; a person grades ${byHand}` : ""}`,
  ].join("\n");
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

function folderBeside(paths: readonly string[]): string {
  const folders = new Set(paths.map((path) => dirname(resolve(path))));
  const [folder] = folders;
  if (folder !== undefined && folders.size === 1) return join(folder, "release");
  throw new Trouble("The notebooks lie in several folders", "say where the release goes: --to DIR");
}

function refuseLeaks(files: ReadonlyMap<string, string>, assignment: Assignment): void {
  const [leak] = leaksIn(files, assignment);
  if (leak) throw new Trouble(leak, "take it out of what students get, its metadata included");
}

function manifestOf(assignment: Assignment, files: ReadonlyMap<string, string>): Manifest {
  const exercises = assignment.notebooks.flatMap(({ name, cells }) =>
    cells.filter(isGraded).map(({ id, part, points, extra, seconds }) => ({
      notebook: name,
      id,
      ...(part === "manual"
        ? ({ kind: "manual", points, extra } as const)
        : ({ kind: "test", points, extra, seconds } as const)),
    })),
  );
  return {
    schema: 1,
    assignment: assignment.name,
    gradbook: version(),
    points: assignment.points,
    exercises,
    files: [...files].map(([name, text]) => ({
      name,
      bytes: Buffer.byteLength(text),
      sha256: createHash("sha256").update(text).digest("hex"),
    })),
  };
}

/** The build's own package.json has it, wherever the build lies. */
const version = (): string =>
  String(readJson(fileURLToPath(new URL("../../../package.json", import.meta.url)))?.version);

/** Neither a notebook that it is made from, nor any other with solutions in it. */
function refuseToOverwrite(folder: string, names: readonly string[], sources: readonly string[]): void {
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw new Trouble(`${oneLine(folder)} is no folder`, "name another: --to DIR");
  const own = new Set(sources.map((source) => realpathSync(source)));
  for (const name of names) {
    const target = join(folder, name);
    if (!existsSync(target)) continue;
    if (own.has(realpathSync(target)) || /BEGIN (SOLUTION|HIDDEN TESTS)/.test(readFileSync(target, "utf8")))
      throw new Trouble(
        `${oneLine(target)} is an instructor's notebook and would be overwritten`,
        "name another folder: --to DIR",
      );
  }
}
