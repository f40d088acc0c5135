// Where the start-up snapshot lies, and whether it is the right one: its name changes with all that it is made of.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { builtFolder } from "./own.ts";

/**
 * Made and started with the same: a snapshot's strings keep their hashes, which saves 40 ms at each start, and the
 * garbage of a check is cleared away sooner.
 */
export const SNAPSHOT_FLAGS: readonly string[] = [
  "--no-warnings",
  "--no-rehash-snapshot",
  "--max-semi-space-size=8",
];

export function snapshotFolder(): string {
  return process.env.GRADBOOK_SNAPSHOT ?? fileURLToPath(new URL("../snapshot/", builtFolder));
}

/** The name of this Node's blob, for what was built in this place. */
export function snapshotName(): string {
  const { snapshot } = JSON.parse(readFileSync(new URL("package.json", builtFolder), "utf8")) as {
    readonly snapshot: string;
  };
  const hash = createHash("sha256").update(
    [process.arch, builtFolder.href, snapshot, ...SNAPSHOT_FLAGS].join(" "),
  );
  return `language-${process.version}-${hash.digest("hex").slice(0, 16)}.blob`;
}

export function findSnapshot(): string | undefined {
  try {
    const path = join(snapshotFolder(), snapshotName());
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
