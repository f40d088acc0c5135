// What cells of answers import: the library, out of one file with V8's code beside it, and what Node has itself.
import { existsSync, readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import type { LibClasses, LibValues } from "./lib-values.ts";

type Module = Readonly<Record<string, unknown>>;

/** A bundle's modules by the names under which cells import them, each evaluated when it is read. */
type Bundle = Readonly<Record<string, Module>>;

/** The code of one V8 is nothing to another. */
export const codeName = (): string => `lib-${process.version}-${process.arch}.code`;

export class Imports implements LibValues {
  readonly meta: object;
  readonly #folder: string;
  #bundle: Bundle | undefined;
  #script: vm.Script | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    const url = pathToFileURL(join(folder, "cell.ts")).href;
    const resolve = (name: string): string => new URL(name, url).href;
    this.meta = { url, dirname: folder, filename: join(folder, "cell.ts"), resolve };
  }

  get require(): NodeJS.Require {
    return createRequire(join(this.#folder, "cell.cjs"));
  }

  import = async (specifier: unknown): Promise<Module> => {
    const name = String(specifier);
    if (name === "tslab" || name === "gradbook" || name.startsWith("gradbook/")) return this.#own(name);
    const module = isBuiltin(name) ? name : this.#found(name);
    return import(module) as Promise<Module>;
  };

  load(): LibClasses {
    return this.#own("gradbook") as unknown as LibClasses;
  }

  loaded(): LibClasses | undefined {
    return this.#bundle && this.load();
  }

  /** V8's code for what of the library has run by now. */
  code(): Buffer | undefined {
    return this.#script?.createCachedData();
  }

  #own(name: string): Module {
    this.#bundle ??= this.#evaluated();
    const module = Object.hasOwn(this.#bundle, name) ? this.#bundle[name] : undefined;
    if (module) return module;
    throw Object.assign(new Error(`Cannot find "${name}"`), { code: "ERR_MODULE_NOT_FOUND" });
  }

  #found(name: string): string {
    if (/^\.{0,2}\//.test(name) || /^\w+:/.test(name)) throw new Error(`Cannot find "${name}"`);
    return pathToFileURL(this.require.resolve(name)).href;
  }

  #evaluated(): Bundle {
    const file = join(this.#folder, "lib.cjs");
    const code = join(this.#folder, codeName());
    // The bundle is ASCII, which is read quickest as Latin 1.
    const source = `(function (exports, require, module) {${readFileSync(file, "latin1")}\n})`;
    const script = new vm.Script(source, {
      filename: file,
      ...(existsSync(code) ? { cachedData: readFileSync(code) } : {}),
    });
    this.#script = script;
    const module = { exports: {} as Bundle };
    script.runInThisContext()(module.exports, createRequire(file), module);
    return module.exports;
  }
}
