import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** Where a package lies, found as Node finds it. */
export function folderOf(name: string): string | undefined {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  return folders.map((folder) => join(folder, name)).find((folder) => existsSync(folder));
}

/** Skips, in plain words, what needs a package that is not here. */
export function needs(name: string): Mocha.Func {
  return function () {
    if (folderOf(name) !== undefined) return;
    console.log(`    skipped: the npm package ${name} is not installed here; npm ci brings it`);
    this.skip();
  };
}
