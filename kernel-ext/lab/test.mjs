// @ts-check
// `npm test`: set-up, then every test; ends with one line, `N passed, N failed`.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { distDir, ROOT } from "./place.mjs";
import { setUp } from "./setup.mjs";
import { nodeBinary } from "./steps/node.mjs";

/** The kernel is tried on each. */
const NODES = ["20", "22", "24"];

/**
 * @param {{ quick: boolean, grep?: string | undefined, offline: boolean }} options
 * @param {import("./screen.mjs").Screen} screen
 * @returns {Promise<number>} exit code
 */
export async function test({ quick, grep, offline }, screen) {
  const again = quick ? "npm run test:quick" : "npm test";
  const ci = Boolean(process.env.CI) && process.env.CI !== "false";
  const linux = process.platform === "linux" && process.arch === "x64";
  const nodes = quick || !linux ? [] : NODES;
  // In CI a silent fall-back is a failure: the native reference is asked for by name.
  /** @type {import("./setup.mjs").Wishes} */
  const wishes = {
    again,
    offline,
    withPython: !quick,
    nodes,
    ...(ci && !quick ? { reference: "native" } : {}),
  };
  const { reference } = await setUp(wishes, screen);
  const chromium = findChromium();
  if (!quick && !chromium)
    screen.say("No Chromium: browser tests are skipped (sudo apt-get install chromium)");
  const env = {
    ...process.env,
    GRADBOOK_ROOT: ROOT,
    GRADBOOK_TEST_NODES: nodes.map((major) => nodeBinary(ROOT, major)).join(":") || process.execPath,
    ...(chromium ? { GRADBOOK_CHROMIUM: chromium } : {}),
    ...(ci && !quick ? { GRADBOOK_REFERENCE: reference } : {}),
  };
  const args = [
    join(distDir(ROOT), "tests", "run.js"),
    ...(quick ? ["--quick"] : []),
    ...(grep ? ["--grep", grep] : []),
  ];
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: "inherit" });
  return new Promise((resolve) => child.on("close", (code) => resolve(code ?? 1)));
}

/**
 * The system's Chromium or Chrome.
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined}
 */
export function findChromium(env = process.env) {
  if (env.GRADBOOK_CHROMIUM && existsSync(env.GRADBOOK_CHROMIUM)) return env.GRADBOOK_CHROMIUM;
  const mac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
  if (existsSync(mac)) return mac;
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    const found = spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8", env });
    if (found.status === 0) return found.stdout.trim();
  }
  return undefined;
}
