// The module names that always mean this package, wherever a notebook lies: a folder called `tslab` or
// `gradbook` beside a student's notebook is never loaded instead.
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The folder with lib/, data/ and kernel-ext/, as built. */
export const builtFolder: URL = new URL("../../", import.meta.url);

/** The built file (without its extension) that one of our own names stands for, or undefined. */
export function ownModule(specifier: string): string | undefined {
  if (specifier === "tslab") return own("kernel-ext/display/tslab");
  if (specifier === "gradbook") return own("lib/index");
  if (specifier === "gradbook/kernel") return own("kernel-ext/session/api");
  if (specifier === "gradbook/widgets") return own("kernel-ext/widgets/index");
  if (specifier === "gradbook/exercises") return own("notebooks/exercises/index");
  if (specifier === "gradbook/claims") return own("notebooks/claims");
  if (!specifier.startsWith("gradbook/")) return undefined;
  const name = specifier.slice("gradbook/".length);
  return own(name === "data" || name.startsWith("data/") ? `${name}/index` : `lib/${name}/index`);
}

function own(path: string): string {
  return fileURLToPath(new URL(path, builtFolder));
}

/** All names of ours that a cell may import. */
export function ownNames(): string[] {
  const names = ["tslab", "gradbook/claims", "gradbook/exercises", "gradbook/widgets"];
  for (const [folder, prefix] of [
    ["lib", "gradbook"],
    ["data", "gradbook/data"],
  ] as const) {
    if (isModule(folder)) names.push(prefix);
    for (const name of foldersIn(folder)) if (isModule(`${folder}/${name}`)) names.push(`${prefix}/${name}`);
  }
  return names;
}

const isModule = (folder: string): boolean => existsSync(new URL(`${folder}/index.js`, builtFolder));

function foldersIn(folder: string): string[] {
  const url = new URL(folder, builtFolder);
  if (!existsSync(url)) return [];
  return readdirSync(url, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}
