// @ts-check
// What `npm run lab` and `npm test` have in common: bringing the clone to the state in which they can begin.
import { join } from "node:path";
import { build } from "./build.mjs";
import { installExport } from "./export.mjs";
import { readJson, writeAside } from "./files.mjs";
import { KERNELS, kernelsFolder, kernelspec, writeKernelspec } from "./kernelspec.mjs";
import { distDir, isClone, ROOT, venvDir } from "./place.mjs";
import { duration } from "./screen.mjs";
import { buildSnapshot, hasSnapshot } from "./snapshot.mjs";
import { environmentStep } from "./steps/environment.mjs";
import { nodeBinary, nodeStep } from "./steps/node.mjs";
import { packagesStep } from "./steps/packages.mjs";
import { chooseReference, referenceStep } from "./steps/reference.mjs";
import { doSteps } from "./steps.mjs";
import { explain, isErrno, Trouble } from "./trouble.mjs";

const OLDEST_NODE = 20;

/**
 * @typedef {object} Wishes
 * @property {string} again the command to give again when something was in the way
 * @property {boolean} [offline]
 * @property {import("./steps/reference.mjs").Reference} [reference] remembered for the next time
 * @property {string} [node] the Node that the kernel runs on, remembered too
 * @property {boolean} [gpu]
 * @property {boolean} [cuda]
 * @property {boolean} [withPython] default true
 * @property {string[]} [nodes] more Nodes, for tests
 */

/**
 * @param {Wishes} wishes @param {import("./screen.mjs").Screen} screen
 * @returns {Promise<{ reference: import("./steps/reference.mjs").Reference, done: number }>}
 */
export async function setUp(wishes, screen, root = ROOT) {
  const { again, offline = false, withPython = true } = wishes;
  requireNode();
  requireClone(root);
  const choices = { ...readJson(choicesFile(root)), ...given(wishes) };
  const chosen = chooseReference(choices.reference);
  const context = { root, again, offline };
  const reference = withPython && chosen.reference === "native";
  if (withPython && chosen.remark) screen.say(chosen.remark);
  const nodes = new Set([...(choices.node ? [choices.node] : []), ...(wishes.nodes ?? [])]);
  const steps = [
    packagesStep(context),
    ...(withPython ? [environmentStep(context)] : []),
    ...[...nodes].map((major) => nodeStep({ ...context, major })),
    ...(reference
      ? [referenceStep({ ...context, gpu: choices.gpu === true, cuda: choices.cuda === true })]
      : []),
  ];
  const done = await doSteps(root, steps, { screen, again });
  try {
    if (JSON.stringify(choices) !== JSON.stringify(readJson(choicesFile(root)) ?? {})) {
      writeAside(choicesFile(root), `${JSON.stringify(choices, null, 2)}\n`);
    }
    const { written } = await build({ from: root, to: distDir(root) });
    if (written) screen.say(`Built ${written} files of TypeScript`);
    if (withPython) {
      warmStart(root, choices.node ? nodeBinary(root, choices.node) : process.execPath, screen);
      installOwnKernelspec(root, choices);
      installExport(join(venvDir(root), "etc", "jupyter"));
    }
  } catch (error) {
    throw isErrno(error) ? explain(String(error), "building", again) : error;
  }
  return { reference: chosen.reference, done };
}

/**
 * The start-up snapshot, where this code and this Node have none yet. The kernel runs without it too, only slower
 * to its first cell, so what goes wrong here is said and stops nobody.
 * @param {string} root @param {string} node @param {import("./screen.mjs").Screen} screen
 */
function warmStart(root, node, screen) {
  if (hasSnapshot({ root, node })) return;
  const started = Date.now();
  try {
    buildSnapshot({ root, node });
    screen.say(`Warmed the type checker for quick starts (${duration(Date.now() - started)})`);
  } catch (error) {
    screen.say(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Into the clone's own environment, and only where it differs.
 * @param {string} root
 * @param {{ node?: string, reference?: string }} choices
 */
function installOwnKernelspec(root, { node: major, reference }) {
  const node = major ? nodeBinary(root, major) : process.execPath;
  // Who asks for wasm gets it, even where an earlier set-up left the native one behind.
  /** @type {Record<string, string>} */
  const env = reference === "wasm" ? { GRADBOOK_REFERENCE: reference } : {};
  for (const language of /** @type {const} */ (["typescript", "javascript"])) {
    const folder = join(kernelsFolder(venvDir(root)), KERNELS[language].name);
    const spec = kernelspec({ root, node, language, env });
    if (JSON.stringify(readJson(join(folder, "kernel.json"))) === JSON.stringify(spec)) continue;
    writeKernelspec(folder, spec);
  }
}

/** @param {string} root */
export const choicesFile = (root) => join(root, "build", "setup", "choices.json");

/** @param {Wishes} wishes */
function given({ reference, node, gpu, cuda }) {
  return {
    ...(reference ? { reference } : {}),
    ...(node ? { node } : {}),
    ...(gpu ? { gpu } : {}),
    ...(cuda ? { cuda } : {}),
  };
}

export function requireNode(version = process.versions.node) {
  if (Number(version.split(".")[0]) >= OLDEST_NODE) return;
  throw new Trouble(
    `gradbook needs Node 20, 22 or 24, and this is Node ${version}`,
    "install one (nvm install 24)",
  );
}

export function requireClone(root = ROOT) {
  if (isClone(root)) return;
  throw new Trouble(
    "The lab and the tests live in a clone of gradbook, and this is the installed package",
    "here there is `gradbook kernel install`, which gives your own Jupyter the kernel",
  );
}
