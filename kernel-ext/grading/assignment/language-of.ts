// Which language a notebook's cells are in, by what Jupyter wrote down about its kernel.

import { Trouble } from "../../lab/trouble.mjs";
import type { AssignmentNotebook } from "./assignment.ts";
import { oneLine } from "./json.ts";
import { type JsonObject, objectOf, own } from "./notebook.ts";

type Language = AssignmentNotebook["language"];

/** Kernels that say no language, by name. */
const KERNELS: ReadonlyMap<string, Language> = new Map([
  ["gradbook", "typescript"],
  ["gradbook-javascript", "javascript"],
  ["tslab", "typescript"],
  ["jslab", "javascript"],
  ["deno", "typescript"],
]);

export function languageOf(metadata: JsonObject, name: string): Language {
  const kernelspec = objectOf(own(metadata, "kernelspec"));
  const said = [own(kernelspec, "language"), own(objectOf(own(metadata, "language_info")), "name")];
  const languages = said.filter((one) => typeof one === "string" && one !== "").map((one) => String(one));
  const known = languages.map((one) => one.toLowerCase()).find(isLanguage);
  if (known) return known;
  const kernel = own(kernelspec, "name");
  const byKernel = typeof kernel === "string" ? KERNELS.get(kernel) : undefined;
  if (languages.length === 0 && byKernel) return byKernel;
  const other = languages[0] ?? (typeof kernel === "string" ? kernel : undefined);
  throw new Trouble(
    other === undefined
      ? `${name} does not say which kernel it is for`
      : `${name} is for ${oneLine(other, 40)}, and TypeScript and JavaScript are graded`,
    "choose the kernel “TypeScript (gradbook)” in JupyterLab and save it",
  );
}

const isLanguage = (name: string): name is Language => name === "typescript" || name === "javascript";
