// The source tree, which tests that were built elsewhere still need.
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export const ROOT: string = process.env.GRADBOOK_ROOT ?? process.cwd();

/** A module of the set-up, which stays as it is in the source tree. */
export async function fromSource<Module>(path: string): Promise<Module> {
  return import(pathToFileURL(join(ROOT, "kernel-ext", path)).href);
}

/** What a kernel's Node is started with. */
export async function kernelFlags(): Promise<readonly string[]> {
  const { NODE_FLAGS } =
    await fromSource<typeof import("../kernel-ext/lab/kernelspec.mjs")>("lab/kernelspec.mjs");
  return NODE_FLAGS;
}
