// @ts-check
// `npm run lab`: set-up, then JupyterLab on the student's copy.
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, openSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { labextensions } from "./desk.mjs";
import { exportArguments } from "./export.mjs";
import { distDir, pythonEnv, ROOT, venvDir, venvPython } from "./place.mjs";
import { setUp } from "./setup.mjs";
import { explain, isErrno, Trouble } from "./trouble.mjs";
import { makeWorkbook } from "./workbook.mjs";

const FIRST_PORT = 8888;
const PORTS_TRIED = 50;
/** How long JupyterLab may take to end itself. */
const PATIENCE_MS = 10_000;

/**
 * @typedef {object} LabOptions
 * @property {boolean} browser
 * @property {number} [port]
 * @property {boolean} offline
 * @property {import("./steps/reference.mjs").Reference} [reference]
 * @property {string} [node]
 * @property {boolean} gpu
 * @property {boolean} cuda
 */

/** @param {LabOptions} options @param {import("./screen.mjs").Screen} screen @returns {Promise<number>} exit code */
export async function lab(options, screen) {
  const { browser, ...wishes } = options;
  const again = "npm run lab";
  // Before the long part: someone whose port is taken should not wait minutes to hear it.
  if (options.port !== undefined) await requirePort(options.port);
  await setUp({ ...wishes, again }, screen);
  const copied = makeWorkbook(ROOT);
  for (const name of copied.added) screen.say(`New in workbook/: ${name}`);
  for (const name of copied.updated) screen.say(`Updated in workbook/: ${name}`);
  for (const { name, cells } of copied.both) {
    screen.say(
      `Updated in workbook/: ${name}; you and the course have both changed ${cells.join(", ")}: both are there`,
    );
  }
  for (const name of copied.kept) {
    screen.say(`Kept yours: workbook/${name} (the course's own comes with: npm run reset -- ${name})`);
  }
  const port = options.port ?? (await freePort(screen));
  return openLab({ port, browser }, screen);
}

/** @param {{ port: number, browser: boolean }} options @param {import("./screen.mjs").Screen} screen */
async function openLab({ port, browser }, screen) {
  const token = randomBytes(24).toString("hex");
  const url = `http://localhost:${port}/lab?token=${token}`;
  const folder = join(ROOT, "workbook");
  const logFile = join(ROOT, "build", "logs", "jupyter.log");
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, "w");
  const child = spawn(venvPython(ROOT), labArguments({ folder, port, browser }), {
    cwd: folder,
    env: { ...labEnv(ROOT), JUPYTER_TOKEN: token },
    stdio: ["ignore", log, log],
    // A group of its own: a terminal's Ctrl-C would reach it beside our own signal, and two at once can
    // leave Jupyter half-way between stopping and asking.
    detached: true,
  });
  let asked = false;
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => {
      if (asked) end("SIGKILL");
      asked = true;
      end("SIGTERM");
      setTimeout(() => end("SIGKILL"), PATIENCE_MS).unref();
    });
  }
  /** @param {NodeJS.Signals} signal */
  const end = (signal) => {
    // SIGTERM for Jupyter, which ends its kernels; the last resort is for all of them.
    if (signal === "SIGTERM") child.kill(signal);
    else if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
  };
  /** @type {Promise<number>} */
  const ended = new Promise((resolve, reject) => {
    child.on("error", (error) => reject(explain(String(error), "starting JupyterLab", "npm run doctor")));
    child.on("close", (code) => resolve(code ?? 0));
  });
  const waiting = new AbortController();
  const up = await Promise.race([answers(port, token, waiting.signal), ended.then(() => false)]).finally(() =>
    waiting.abort(),
  );
  if (up) screen.say(`\nJupyterLab is open on your workbook: ${url}\nCtrl-C here ends it.`);
  const code = await ended;
  if (asked) return 0;
  if (!up) throw new Trouble("JupyterLab ended before it was open", `read ${logFile}, or: npm run doctor`);
  return code;
}

/**
 * JupyterLab's arguments; the token travels in the environment, where other users do not see it.
 * @param {{ folder: string, port: number, browser: boolean }} options
 */
export function labArguments({ folder, port, browser }) {
  return [
    "-m",
    "jupyterlab",
    `--port=${port}`,
    "--ServerApp.port_retries=0",
    "--ServerApp.ip=localhost",
    `--ServerApp.root_dir=${folder}`,
    `--ServerApp.open_browser=${browser ? "True" : "False"}`,
    "--ServerApp.answer_yes=True",
    "--LabApp.extension_manager=readonly",
    `--LabApp.extra_labextensions_path=${labextensions(distDir(ROOT))}`,
    // Neither news nor updates of JupyterLab's own: the clone brings its versions, and nothing is asked of a network.
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--MultiKernelManager.default_kernel_name=gradbook",
    ...exportArguments,
    "--log-level=ERROR",
    ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
  ];
}

/**
 * The environment of a lab of ours: its settings, sessions and kernels are the clone's own, so that nothing of
 * the user's other Jupyters is read or written.
 * @param {string} root
 */
export function labEnv(root) {
  const home = join(root, "build", "jupyter");
  for (const folder of ["config", "data", "runtime"]) mkdirSync(join(home, folder), { recursive: true });
  const env = pythonEnv();
  for (const name of ["JUPYTER_PATH", "JUPYTER_CONFIG_PATH", "JUPYTER_TOKEN"])
    Reflect.deleteProperty(env, name);
  return {
    ...env,
    VIRTUAL_ENV: venvDir(root),
    PATH: `${join(venvDir(root), "bin")}:${env.PATH}`,
    JUPYTER_CONFIG_DIR: join(home, "config"),
    JUPYTER_DATA_DIR: join(home, "data"),
    JUPYTER_RUNTIME_DIR: join(home, "runtime"),
    JUPYTERLAB_SETTINGS_DIR: join(home, "settings"),
    JUPYTERLAB_WORKSPACES_DIR: join(home, "workspaces"),
    IPYTHONDIR: join(home, "ipython"),
    JUPYTER_PREFER_ENV_PATH: "1",
  };
}

/** @param {number} port @param {string} token @param {AbortSignal} signal @returns {Promise<boolean>} */
async function answers(port, token, signal) {
  while (!signal.aborted) {
    try {
      const reply = await fetch(`http://localhost:${port}/api/status`, {
        headers: { authorization: `token ${token}` },
        signal,
      });
      if (reply.ok) return true;
    } catch {}
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

/** @param {number} port */
async function requirePort(port) {
  if (await isFree(port)) return;
  let other = port < 1024 ? FIRST_PORT : port + 1;
  while (other < 65535 && !(await isFree(other))) other++;
  throw new Trouble(
    `Port ${port} is in use${port < 1024 ? ", or kept for the machine's own services" : ""}`,
    `npm run lab -- --port ${Math.min(other, 65535)}`,
  );
}

/** @param {import("./screen.mjs").Screen} screen */
async function freePort(screen) {
  for (let port = FIRST_PORT; port < FIRST_PORT + PORTS_TRIED; port++) {
    if (!(await isFree(port))) continue;
    if (port !== FIRST_PORT) screen.say(`Port ${FIRST_PORT} is in use, so this lab takes ${port}`);
    return port;
  }
  throw new Trouble(
    `Ports ${FIRST_PORT} to ${FIRST_PORT + PORTS_TRIED - 1} are all in use`,
    "npm run lab -- --port 9999",
  );
}

/** @param {number} port @returns {Promise<boolean>} free on both of localhost's addresses */
async function isFree(port) {
  for (const host of ["127.0.0.1", "::1"]) {
    const free = await new Promise((resolve) => {
      const server = createServer();
      server.once("error", (error) => {
        const code = isErrno(error) ? error.code : undefined;
        if (code === "EACCES") resolve(false);
        else resolve(code !== "EADDRINUSE");
      });
      server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
    });
    if (!free) return false;
  }
  return true;
}

/**
 * The version of a Python package in the clone's environment.
 * @param {string} root
 * @param {string} name
 */
export function pythonPackage(root, name) {
  const code = `import importlib.metadata as m; print(m.version(${JSON.stringify(name)}))`;
  const reply = spawnSync(venvPython(root), ["-c", code], { encoding: "utf8", env: pythonEnv() });
  return reply.status === 0 ? reply.stdout.trim() : undefined;
}
