// Imports of cells: real ESM, resolved from the notebook's folder.
import { existsSync } from "node:fs";
import module, { createRequire, type ResolveHookContext } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as tslab from "../display/tslab.ts";
import { ownModule } from "../language/own.ts";
import { CELL_SCHEME, candidates, deepestFirst, load, versioned } from "./resolve.ts";

/** With fewer files, an import that ends the stack does so in a module's own code. */
const MANY = 300;

export class Modules {
  readonly meta: object;
  readonly require: NodeJS.Require;
  readonly #folder: string;
  #hooked = false;

  constructor(folder: string) {
    this.#folder = folder;
    const url = pathToFileURL(join(folder, "cell.ts")).href;
    const required = createRequire(url);
    const own = (name: string): unknown => (name === "tslab" ? tslab : required(name));
    this.require = Object.assign(own, required);
    const meta = { url, dirname: folder, filename: join(folder, "cell.ts") };
    this.meta = { ...meta, resolve: (name: string) => new URL(name, url).href };
  }

  import = async (specifier: unknown, options?: { with?: object }): Promise<Record<string, unknown>> => {
    const name = String(specifier);
    const own = name === "tslab" || this.#hooked ? undefined : ownModule(name);
    // Nothing to resolve: hooks would double the time that the library's hundreds of files take.
    if (own !== undefined && existsSync(`${own}.js`)) return import(pathToFileURL(`${own}.js`).href);
    // Hooks cost each later import a little, and the first one their start.
    if (!name.startsWith("node:")) this.#hook();
    // An object of no closer type: lib.es2023 has a type for these options, but no `with` in it.
    const settings: object = options ?? (name.endsWith(".json") ? { with: { type: "json" } } : {});
    const target = name.startsWith("node:") ? name : CELL_SCHEME + encodeURIComponent(name);
    try {
      return await import(target, settings);
    } catch (error) {
      if (!isTooDeep(error)) throw readable(error, name);
    }
    // One by one, in the order in which they would have run: then each finds there what it imports.
    for (const url of deepestFirst()) await import(url);
    return await import(target, settings);
  };

  #hook(): void {
    if (this.#hooked) return;
    this.#hooked = true;
    const folder = this.#folder;
    if (!module.registerHooks) {
      module.register(new URL("./hooks.js", import.meta.url), { data: { folder } });
      return;
    }
    module.registerHooks({
      resolve(specifier, context, next) {
        let failure: unknown;
        for (const target of candidates(specifier, context.parentURL, folder)) {
          try {
            const found = next(specifierFor(context, target.specifier), {
              ...context,
              parentURL: target.parentURL,
            });
            return { ...found, url: versioned(found.url) };
          } catch (error) {
            failure ??= error;
          }
        }
        throw failure;
      },
      load: (url, context, next) => load(url) ?? next(url, context),
    });
  }
}

/** Node 24 goes down through imports by recursion, for which a thousand files in a row are too many. */
function isTooDeep(error: unknown): boolean {
  return (
    error instanceof RangeError &&
    error.message === "Maximum call stack size exceeded" &&
    deepestFirst().length > MANY
  );
}

/** `require` takes paths where `import` takes URLs. */
function specifierFor({ conditions }: ResolveHookContext, specifier: string): string {
  const required = conditions.includes("require") && specifier.startsWith("file:");
  return required ? fileURLToPath(specifier) : specifier;
}

/** Node's message names the kernel's files and our scheme; the cell's author wrote neither. */
function readable(error: unknown, name: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (error instanceof Error && (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND")) {
    const message = error.message.replace(/ imported from .*/, "");
    const wanted = message.includes(CELL_SCHEME) ? `Cannot find "${name}"` : message;
    return Object.assign(new Error(wanted), { code });
  }
  return error;
}
