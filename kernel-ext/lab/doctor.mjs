// @ts-check
// `npm run doctor`: one screen, a line a part: its state, its version, and the command that mends it.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { readJson } from "./files.mjs";
import { goneFrom, KERNEL_NAME, kernelsFolder } from "./kernelspec.mjs";
import { pythonPackage } from "./lab.mjs";
import { cacheDir, distDir, ROOT, venvDir } from "./place.mjs";
import { findPython } from "./python.mjs";
import { nativeAdvice, nativeState } from "./reference/native.mjs";
import { size } from "./screen.mjs";
import { choicesFile, requireClone } from "./setup.mjs";
import { environmentStep } from "./steps/environment.mjs";
import { packagesStep } from "./steps/packages.mjs";
import { isDone } from "./steps.mjs";
import { findChromium } from "./test.mjs";
import { Trouble } from "./trouble.mjs";

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {"ok" | "missing" | "optional"} state optional: something is left out without it, in plain words
 * @property {string} detail
 * @property {string} [mend]
 */

/** @returns {Part[]} */
export function examine(root = ROOT) {
  requireClone(root);
  return [
    node(),
    packages(root),
    python(root),
    environment(root),
    reference(root),
    built(root),
    spec(root),
    workbook(root),
    program("g++", "builds the native reference", "g++"),
    chromium(),
    program("bwrap", "the sandbox of the grader", "bubblewrap"),
    program("redis-server", "grading on many machines", "redis-server"),
    disk(root),
  ];
}

/** @param {Part[]} parts @param {(line: string) => void} say @returns {number} exit code */
export function report(parts, say) {
  const width = Math.max(...parts.map(({ name }) => name.length));
  for (const { name, state, detail, mend } of parts) {
    const sign = { ok: "✓", missing: "✗", optional: "–" }[state];
    say(`${sign} ${name.padEnd(width)}  ${detail}${mend && state !== "ok" ? `  → ${mend}` : ""}`);
  }
  const missing = parts.filter(({ state }) => state === "missing").length;
  say(missing ? `${missing} of ${parts.length} parts need mending` : "All that is needed is here");
  return missing ? 1 : 0;
}

/** @returns {Part} */
function node() {
  const fit = Number(process.versions.node.split(".")[0]) >= 20;
  return {
    name: "Node",
    state: fit ? "ok" : "missing",
    detail: process.version,
    mend: "install Node 20, 22 or 24",
  };
}

/** @param {string} root @returns {Part} */
function packages(root) {
  const done = isDone(root, packagesStep({ root, again: "", offline: false }));
  const detail = done ? "as in package-lock.json" : "not installed as in package-lock.json";
  return { name: "npm packages", state: done ? "ok" : "missing", detail, mend: "npm run lab" };
}

/** @param {string} _root @returns {Part} */
function python(_root) {
  try {
    const { command, version } = findPython("npm run lab");
    return { name: "Python", state: "ok", detail: `${version} (${command})` };
  } catch (error) {
    const { message, advice } = error instanceof Trouble ? error : { message: String(error), advice: "" };
    return { name: "Python", state: "missing", detail: message, mend: advice ?? "" };
  }
}

/** @param {string} root @returns {Part} */
function environment(root) {
  const done = isDone(root, environmentStep({ root, again: "", offline: false }));
  const version = done ? pythonPackage(root, "jupyterlab") : undefined;
  const name = "JupyterLab";
  if (!version)
    return { name, state: "missing", detail: "its environment .venv is not whole", mend: "npm run lab" };
  return { name, state: "ok", detail: `${version}, nbgrader ${pythonPackage(root, "nbgrader")} in .venv` };
}

/** @param {string} root @returns {Part} */
function reference(root) {
  const name = "Reference";
  const asked = readJson(choicesFile(root))?.reference;
  if (asked === "wasm" || asked === "none") {
    return {
      name,
      state: "ok",
      detail: `${asked}, as you chose (native: npm run lab -- --reference native)`,
    };
  }
  const { state, detail } = nativeState({ root, cacheDir: cacheDir() });
  if (state === "ready") return { name, state: "ok", detail: `native, ${detail}` };
  const advice = nativeAdvice();
  if (advice) return { name, state: "optional", detail: `tfjs-wasm, because ${advice}` };
  return { name, state: "missing", detail, mend: "npm run lab -- --reference native" };
}

/** @param {string} root @returns {Part} */
function built(root) {
  const there = existsSync(join(distDir(root), "kernel-ext", "kernel.cjs"));
  return {
    name: "Build",
    state: there ? "ok" : "missing",
    detail: there ? "build/dist" : "not built",
    mend: "npm run lab",
  };
}

/** @param {string} root @returns {Part} */
function spec(root) {
  const found = readJson(join(kernelsFolder(venvDir(root)), KERNEL_NAME, "kernel.json"));
  const name = "Kernelspec";
  if (!found) return { name, state: "missing", detail: "not installed in .venv", mend: "npm run lab" };
  const gone = goneFrom(found);
  if (gone) return { name, state: "missing", detail: `it names ${gone}, which is gone`, mend: "npm run lab" };
  const version = spawnSync(found.argv[0], ["--version"], { encoding: "utf8" }).stdout?.trim();
  return { name, state: "ok", detail: `${found.display_name}, on Node ${version?.replace("v", "")}` };
}

/** @param {string} root @returns {Part} */
function workbook(root) {
  const folder = join(root, "workbook");
  const lessons = existsSync(folder)
    ? readdirSync(folder).filter((file) => file.endsWith(".ipynb")).length
    : 0;
  const detail = lessons
    ? `${lessons} ${lessons === 1 ? "lesson" : "lessons"} in workbook/`
    : "no student copy yet";
  return { name: "Workbook", state: lessons ? "ok" : "missing", detail, mend: "npm run lab" };
}

/** @param {string} command @param {string} use @param {string} debian @returns {Part} */
function program(command, use, debian) {
  const reply = spawnSync(command, ["--version"], { encoding: "utf8" });
  const mend = `sudo apt-get install ${debian}`;
  if (reply.status !== 0) return { name: debian, state: "optional", detail: `not here (${use})`, mend };
  const version = /\d+(\.\d+)+/.exec(reply.stdout)?.[0] ?? "";
  return { name: debian, state: "ok", detail: `${version} (${use})` };
}

/** @returns {Part} */
function chromium() {
  const found = findChromium();
  const name = "Chromium";
  const mend = "sudo apt-get install chromium";
  if (!found)
    return { name, state: "optional", detail: "not here (figures as pictures, browser tests)", mend };
  const version =
    /[\d.]{5,}/.exec(spawnSync(found, ["--version"], { encoding: "utf8" }).stdout ?? "")?.[0] ?? "";
  return { name, state: "ok", detail: `${version} (${found})` };
}

/** @param {string} root @returns {Part} */
function disk(root) {
  const { bavail, bsize } = statfsSync(root);
  const free = bavail * bsize;
  return {
    name: "Disk",
    state: free > 200e6 ? "ok" : "missing",
    detail: `${size(free)} free`,
    mend: "free some space",
  };
}
