// @ts-check
// `gradbook kernel install | uninstall | list`: the kernel for VS Code and other Jupyters.
import { existsSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { ensureBuilt } from "./built.mjs";
import { readJson } from "./files.mjs";
import {
  findKernelspecs,
  KERNELS,
  kernelsFolder,
  kernelspec,
  requireKernelName,
  writeKernelspec,
} from "./kernelspec.mjs";
import { ROOT, SELF } from "./place.mjs";
import { explain, isErrno, Trouble } from "./trouble.mjs";

/**
 * @param {string} verb
 * @param {{ prefix: string | undefined, name: string | undefined, language?: string | undefined }} options
 * @param {(line: string) => void} say
 */
export async function kernelCommand(verb, { prefix, name, language = "typescript" }, say) {
  const where = prefix === undefined ? undefined : resolve(prefix);
  if (language !== "typescript" && language !== "javascript") {
    throw new Trouble(
      `The kernel's cells are in typescript or javascript, not “${language}”`,
      `${SELF} kernel install --language javascript`,
    );
  }
  const own = KERNELS[language].name;
  const kernel = requireKernelName(name ?? own);
  const folder = join(kernelsFolder(where), kernel);
  if (verb === "install") {
    const theirs = readJson(join(folder, "kernel.json"));
    if (theirs && !theirs.metadata?.gradbook) {
      throw new Trouble(`${folder} is another program's kernel`, `${SELF} kernel install --name gradbook`);
    }
    const dist = await ensureBuilt(ROOT);
    const suffix = name && name !== own ? { suffix: name } : {};
    const spec = kernelspec({ root: ROOT, node: process.execPath, dist, language, ...suffix });
    try {
      writeKernelspec(folder, spec);
    } catch (error) {
      throw isErrno(error)
        ? explain(String(error), `writing ${folder}`, `${SELF} kernel install --prefix DIR`)
        : error;
    }
    say(`Installed the kernel “${spec.display_name}” in ${folder}`);
  } else if (verb === "uninstall") {
    const found = findKernelspecs(where).find((spec) => spec.folder === folder);
    if (!found) {
      const reason = existsSync(folder) ? "is not one of gradbook's" : "is not there";
      throw new Trouble(`The kernel ${folder} ${reason}`, `${SELF} kernel list`);
    }
    rmSync(folder, { recursive: true });
    say(`Removed ${folder}`);
  } else if (verb === "list") {
    const found = findKernelspecs(where);
    for (const { name: named, displayName, folder: at, broken } of found) {
      say(
        `${named}  ${displayName}  ${at}${broken ? `  (broken: ${broken} is gone → ${SELF} kernel install)` : ""}`,
      );
    }
    if (found.length === 0) say(`No kernel of gradbook's is installed → ${SELF} kernel install`);
  } else {
    throw new Trouble(
      `gradbook kernel does install, uninstall or list, not “${verb}”`,
      `${SELF} kernel install`,
    );
  }
  return 0;
}
