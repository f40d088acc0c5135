// The hooks as Node before 22.15 wants them: asynchronous, in a thread of their own.
import type { LoadHook, ResolveHook } from "node:module";
import { candidates, load as loadTypeScript, versioned } from "./resolve.ts";

let folder = process.cwd();

export function initialize(data: { folder: string }): void {
  folder = data.folder;
}

export const resolve: ResolveHook = async (specifier, context, next) => {
  let failure: unknown;
  for (const target of candidates(specifier, context.parentURL, folder)) {
    try {
      const found = await next(target.specifier, { ...context, parentURL: target.parentURL });
      return { ...found, url: versioned(found.url) };
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
};

export const load: LoadHook = async (url, context, next) => loadTypeScript(url) ?? next(url, context);
