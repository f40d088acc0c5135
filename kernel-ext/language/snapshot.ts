// Where the start-up snapshot lies, and whether it is the right one: its name is made of all that it is made of.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { builtFolder } from "./own.ts";

export function snapshotFolder(): string {
  return process.env.GRADBOOK_SNAPSHOT ?? fileURLToPath(new URL("../snapshot/", builtFolder));
}

/** The name of this Node's blob, for this TypeScript, these types of Node's and this very code in this place. */
export function snapshotName(): string {
  const require = createRequire(import.meta.url);
  const hash = createHash("sha256").update(`${process.version} ${process.arch} ${builtFolder.href}`);
  for (const name of ["typescript", "@types/node", "oxc-transform"]) {
    hash
      .update((require(`${name}/package.json`) as { version: string }).version)
      .update(require.resolve(`${name}/package.json`));
  }
  const folder = fileURLToPath(new URL("kernel-ext/language/", builtFolder));
  for (const name of readdirSync(folder).sort()) {
    if (name.endsWith(".js")) hash.update(name).update(readFileSync(join(folder, name)));
  }
  // The one module of another folder that is in it.
  hash.update(readFileSync(fileURLToPath(new URL("kernel-ext/session/cell-modules.js", builtFolder))));
  // The declarations that cells import; their times will do, as a build writes only what has changed.
  for (const source of ["lib", "data", "kernel-ext/display"]) {
    const from = fileURLToPath(new URL(source, builtFolder));
    if (!existsSync(from)) continue;
    for (const name of readdirSync(from, { recursive: true, encoding: "utf8" }).sort()) {
      if (name.endsWith(".d.ts")) hash.update(`${name} ${statSync(join(from, name)).mtimeMs} `);
    }
  }
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
