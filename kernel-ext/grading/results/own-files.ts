// What lies beside the source and is not built: stylesheets, templates, the set-up's modules.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { readJson } from "../../lab/files.mjs";

/** Stands in the source alone. */
const MARK = "kernel-ext/lab/requirements.txt";

/** The folder of package.json, from wherever this file runs: the source, or what was built of it, in it or elsewhere. */
export const root: URL = found(new URL(".", import.meta.url));

function found(folder: URL): URL {
  if (existsSync(new URL(MARK, folder))) return folder;
  const source: unknown = readJson(fileURLToPath(new URL("package.json", folder)))?.source;
  if (typeof source === "string") return pathToFileURL(`${source}/`);
  const above = new URL("../", folder);
  if (above.href === folder.href) throw new Error(`${MARK} is in no folder above ${import.meta.url}`);
  return found(above);
}

export const ownFile = (path: string): string => readFileSync(new URL(path, root), "utf8");
