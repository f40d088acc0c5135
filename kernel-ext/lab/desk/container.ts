// What JupyterLab loads: a container of module federation, written by hand, as it has but two functions.
import { bring, type ShareScope } from "./shared.ts";

let scope: ShareScope | undefined;

const container = {
  init(offered: ShareScope): void {
    scope = offered;
  },
  /** The plugin is the one module here. Its imports are evaluated when the shared packages have come. */
  async get(): Promise<() => unknown> {
    if (!scope) throw new Error("JupyterLab has not opened its share scope");
    await bring(scope);
    const { default: plugin } = await import("./plugin.ts");
    return () => plugin;
  },
};

const containers: Record<string, typeof container> = Reflect.get(globalThis, "_JUPYTERLAB") ?? {};
containers["@gradbook/desk"] = container;
Reflect.set(globalThis, "_JUPYTERLAB", containers);
