// The modules that JupyterLab shares with extensions. It hands them over when it loads one (webpack's module
// federation), so what is bundled here is our own code alone, and runs on whatever version the lab has.

/** What the desk takes of JupyterLab. */
const PACKAGES = [
  "@jupyterlab/application",
  "@jupyterlab/apputils",
  "@jupyterlab/coreutils",
  "@jupyterlab/launcher",
  "@jupyterlab/notebook",
  "@jupyterlab/ui-components",
  "@lumino/widgets",
] as const;

interface Offer {
  get(): Promise<() => unknown> | (() => unknown);
}

/** By package and version. */
export type ShareScope = Readonly<Record<string, Readonly<Record<string, Offer>>>>;

const modules = new Map<string, unknown>();

/** Brings them all, so that imports may take them at once. */
export async function bring(scope: ShareScope): Promise<void> {
  await Promise.all(
    PACKAGES.map(async (name) => {
      const [offer] = Object.values(scope[name] ?? {});
      if (!offer) throw new Error(`This JupyterLab shares no ${name}`);
      modules.set(name, (await offer.get())());
    }),
  );
}

/** What an import of a shared package becomes (see desk.mjs). */
export function taken(name: string): unknown {
  if (!modules.has(name)) throw new Error(`${name} is not among the shared packages of the desk`);
  return modules.get(name);
}
