// @ts-check
// Kernelspecs: how a Jupyter finds the kernel. The set-up puts them into the clone's own environment;
// `gradbook kernel install` into any other.
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { aside, readJson } from "./files.mjs";
import { distDir, SELF } from "./place.mjs";
import { Trouble } from "./trouble.mjs";

export const KERNEL_NAME = "gradbook";
/** The kernels that there are: one for each language that its cells may be in. */
export const KERNELS = /** @type {const} */ ({
  typescript: { name: KERNEL_NAME, title: "TypeScript", options: [] },
  javascript: {
    name: `${KERNEL_NAME}-javascript`,
    title: "JavaScript",
    options: ["--language", "javascript"],
  },
});
/** @typedef {keyof typeof KERNELS} Language */
const LOGOS = join(dirname(fileURLToPath(import.meta.url)), "logos");

/**
 * What the kernel's process is started with: its interrupts need the second, and the third keeps a notebook's memory
 * flat, as V8 would else give short-lived objects up to 200 MB (Node 24) before it clears them away.
 */
export const NODE_FLAGS = [
  "--no-warnings=ExperimentalWarning",
  "--no-force-async-hooks-checks",
  "--max-semi-space-size=8",
];

/**
 * @param {{
 *   root: string, node: string, dist?: string, language?: Language, suffix?: string, env?: Record<string, string>
 * }} options
 */
export function kernelspec({
  root,
  node,
  dist = distDir(root),
  language = "typescript",
  suffix = KERNEL_NAME,
  env = {},
}) {
  const { title, options } = KERNELS[language];
  return {
    argv: [node, ...NODE_FLAGS, join(dist, "kernel-ext", "kernel.cjs"), "{connection_file}", ...options],
    display_name: `${title} (${suffix})`,
    language,
    interrupt_mode: "message",
    env,
    metadata: { debugger: true, gradbook: { root } },
  };
}

/**
 * Writes a kernelspec folder whole or not at all.
 * @param {string} folder
 * @param {object} spec
 */
export function writeKernelspec(folder, spec) {
  mkdirSync(dirname(folder), { recursive: true });
  const part = aside(folder);
  const old = aside(folder);
  try {
    cpSync(LOGOS, part, { recursive: true });
    writeFileSync(join(part, "kernel.json"), `${JSON.stringify(spec, null, 2)}\n`);
    if (existsSync(folder)) renameSync(folder, old);
    renameSync(part, folder);
  } finally {
    rmSync(part, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

/** @param {NodeJS.ProcessEnv} env */
function userKernels(env) {
  if (env.JUPYTER_DATA_DIR) return join(env.JUPYTER_DATA_DIR, "kernels");
  const home = env.HOME ?? homedir();
  if (process.platform === "darwin") return join(home, "Library", "Jupyter", "kernels");
  if (process.platform === "win32") return join(env.APPDATA ?? home, "jupyter", "kernels");
  return join(env.XDG_DATA_HOME || join(home, ".local", "share"), "jupyter", "kernels");
}

/** @param {string} [prefix] @param {NodeJS.ProcessEnv} [env] */
export function kernelsFolder(prefix, env = process.env) {
  return prefix ? join(prefix, "share", "jupyter", "kernels") : userKernels(env);
}

/**
 * Every gradbook kernelspec in the places that Jupyter reads.
 * @param {string | undefined} prefix @param {NodeJS.ProcessEnv} [env]
 */
export function findKernelspecs(prefix, env = process.env) {
  const prefixes = [env.VIRTUAL_ENV, env.CONDA_PREFIX, "/usr/local", "/usr"].filter(
    (one) => one !== undefined,
  );
  const folders = prefix
    ? [kernelsFolder(prefix)]
    : [userKernels(env), ...prefixes.map((one) => kernelsFolder(one))];
  return [...new Set(folders)].filter(existsSync).flatMap((folder) =>
    readdirSync(folder).flatMap((name) => {
      const spec = readJson(join(folder, name, "kernel.json"));
      if (!spec?.metadata?.gradbook) return [];
      const broken = goneFrom(spec);
      return [{ name, folder: join(folder, name), displayName: String(spec.display_name), broken }];
    }),
  );
}

/**
 * What a kernelspec calls and is no longer there.
 * @param {{ argv?: unknown }} spec @returns {string | undefined}
 */
export function goneFrom({ argv }) {
  if (!Array.isArray(argv)) return "its command";
  return argv.map(String).find((arg) => /^(\/|[A-Z]:)/.test(arg) && !existsSync(arg));
}

/**
 * A name that Jupyter accepts for a kernel.
 * @param {string} name
 */
export function requireKernelName(name) {
  if (/^[a-z0-9_-][a-z0-9._-]*$/i.test(name)) return name;
  throw new Trouble(
    `“${name}” cannot name a kernel: letters, digits, hyphens, underscores and dots within can`,
    `${SELF} kernel install --name gradbook`,
  );
}
