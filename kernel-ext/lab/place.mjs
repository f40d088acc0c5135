// @ts-check
// Where things are. Everything that is made stays inside the clone, but for the cache that clones share.
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of package.json: a clone, or the package as npm installed it. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * A clone has the lock file; npm leaves it out of what it installs.
 * @param {string} root
 */
export const isClone = (root = ROOT) => existsSync(join(root, "package-lock.json"));

/**
 * Shared by all clones of one user.
 * @param {NodeJS.ProcessEnv} env
 */
export function cacheDir(env = process.env) {
  if (env.GRADBOOK_CACHE) return env.GRADBOOK_CACHE;
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "gradbook");
}

/** @param {string} root */
export const venvDir = (root) => join(root, ".venv");

/** @param {string} root */
export const venvPython = (root) =>
  process.platform === "win32"
    ? join(root, ".venv", "Scripts", "python.exe")
    : join(root, ".venv", "bin", "python");

/** @param {string} root */
export const distDir = (root) => join(root, "build", "dist");

/** What a Python of ours runs in: none of the user's own site packages or pip settings reach it. */
export function pythonEnv() {
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, PYTHONNOUSERSITE: "1", PIP_USER: "0", PIP_DISABLE_PIP_VERSION_CHECK: "1" };
  for (const name of ["PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV"]) {
    Reflect.deleteProperty(env, name);
  }
  return env;
}

/**
 * A path as a shell takes it.
 * @param {string} path
 */
export function quoted(path) {
  return /^[\w./~-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** How `gradbook` is called from where the reader stands: a clone is not on the PATH. */
export const SELF = isClone()
  ? `node ${quoted(relative(process.cwd(), join(ROOT, "kernel-ext", "gradbook.mjs")))}`
  : "gradbook";
