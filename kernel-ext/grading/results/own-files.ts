// What lies beside the source and is not built: stylesheets, templates, the set-up's modules.
import { existsSync, readFileSync } from "node:fs";

const MARK = "kernel-ext/lab/trouble.mjs";

/** The folder of package.json, from wherever this file runs: the source or what was built of it. */
export const root: URL = found(new URL(".", import.meta.url));

function found(folder: URL): URL {
  if (existsSync(new URL(MARK, folder))) return folder;
  const above = new URL("../", folder);
  if (above.href === folder.href) throw new Error(`${MARK} is in no folder above ${import.meta.url}`);
  return found(above);
}

export const ownFile = (path: string): string => readFileSync(new URL(path, root), "utf8");

type TroubleModule = typeof import("../../lab/trouble.mjs");
type FilesModule = typeof import("../../lab/files.mjs");

const troubles: TroubleModule = await import(new URL(MARK, root).href);
const files: FilesModule = await import(new URL("kernel-ext/lab/files.mjs", root).href);

/** One sentence that says what happened, and the command that helps. */
export const Trouble: TroubleModule["Trouble"] = troubles.Trouble;
export const writeAside: FilesModule["writeAside"] = files.writeAside;
export const aside: FilesModule["aside"] = files.aside;
