// @ts-check
// The Python side, in a virtual environment of the clone: JupyterLab, nbgrader, nbclient, nbconvert, the plotly
// labextension. Every package is pinned with its hashes (requirements.txt is made from requirements.in).
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeAside } from "../files.mjs";
import { pythonEnv, venvDir, venvPython } from "../place.mjs";
import { findPython } from "../python.mjs";
import { fingerprint } from "../steps.mjs";
import { tool } from "../tool.mjs";
import { Trouble } from "../trouble.mjs";

const LAB = dirname(dirname(fileURLToPath(import.meta.url)));
const REQUIREMENTS = join(LAB, "requirements.txt");
const PAPERMILL = join(dirname(LAB), "papermill", "gradbook_papermill.py");

/** @param {{ root: string, again: string, offline: boolean }} context @returns {import("../steps.mjs").Step} */
export function environmentStep({ root, again, offline }) {
  const python = venvPython(root);
  const venv = venvDir(root);
  return {
    id: "environment",
    title: "Python environment with JupyterLab",
    cost: "about 90 MB to download, 400 MB on disk",
    bytes: 450e6,
    fingerprint: () => fingerprint(readFileSync(REQUIREMENTS), readFileSync(PAPERMILL), root),
    present: () =>
      existsSync(python) && existsSync(join(venv, "share", "jupyter", "lab", "static", "index.html")),
    before() {
      findPython(again);
      if (!offline) return;
      throw new Trouble(
        "JupyterLab is not here yet, and --offline keeps it from being fetched",
        "once with a network: npm run lab",
      );
    },
    undo: () => rmSync(venv, { recursive: true, force: true }),
    async run(screen) {
      const log = join(root, "build", "logs", "pip.log");
      const env = pythonEnv();
      const what = "installing JupyterLab";
      rmSync(venv, { recursive: true, force: true });
      await tool(findPython(again).command, ["-m", "venv", venv], {
        what: "making the Python environment",
        again,
        log,
        env,
      });
      const text = readFileSync(REQUIREMENTS, "utf8");
      const total = text.match(/^[\w.-]+==/gm)?.length ?? 1;
      // The new pip first: older ones do not print what a progress display can read.
      const pip = [
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--no-input",
        "--retries",
        "2",
        "--timeout",
        "30",
      ];
      const pinnedPip = join(venv, "pip.txt");
      writeFileSync(pinnedPip, entryOf(text, "pip"));
      await tool(python, [...pip, "-r", pinnedPip], { what, again, log, env });
      let seen = 0;
      await tool(python, [...pip, "--no-deps", "--progress-bar", "off", "-r", REQUIREMENTS], {
        what,
        again,
        log,
        env,
        onLine: (line) => {
          const name = /^\s*Collecting ([\w.-]+)/.exec(line)?.[1];
          if (name) screen.progress(++seen, total * 1.4, `${seen}/${total} ${name}`);
          else if (/^Installing collected/.test(line)) screen.progress(total * 1.1, total * 1.4, "unpacking");
        },
      });
      quiet(venv);
      teachPapermill(python);
      return `JupyterLab ${/^jupyterlab==([\d.]+)/m.exec(text)?.[1]}`;
    },
  };
}

/**
 * One package's lines of a requirements file.
 * @param {string} text
 * @param {string} name
 */
function entryOf(text, name) {
  const lines = text.split("\n");
  const from = lines.findIndex((line) => line.startsWith(`${name}==`));
  let to = from + 1;
  while (lines[to]?.startsWith(" ")) to++;
  return `${lines.slice(from, to).join("\n")}\n`;
}

/**
 * The lab asks nothing of the network that its user did not ask for; and nbgrader's panels, which want a
 * course's exchange folder, stay out of a student's sight.
 * @param {string} venv
 */
function quiet(venv) {
  // JupyterLab's own JavaScript is CommonJS, and would take our package.json's "type" for its own.
  writeAsideJson(join(venv, "package.json"), { type: "commonjs" });
  const lab = join(venv, "share", "jupyter", "lab", "settings", "overrides.json");
  const settings = {
    "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
    "@jupyterlab/notebook-extension:tracker": { windowingMode: "defer" },
    // Widgets are in the notebook's file too: they show without a kernel, and in what it is exported to.
    "@jupyter-widgets/jupyterlab-manager:plugin": { saveState: true },
  };
  writeAsideJson(lab, settings);
  writeAsideJson(join(venv, "etc", "jupyter", "labconfig", "page_config.json"), {
    disabledExtensions: { "@jupyter/nbgrader": true },
  });
}

/**
 * Papermill finds out how to write parameters in TypeScript from an entry point, which is a file beside the module.
 * `pip install` of a folder would fetch a build system for these two.
 * @param {string} python
 */
function teachPapermill(python) {
  const ask = "import sysconfig; print(sysconfig.get_path('purelib'))";
  const packages = execFileSync(python, ["-c", ask], { encoding: "utf8", env: pythonEnv() }).trim();
  const info = join(packages, "gradbook_papermill-0.1.0.dist-info");
  mkdirSync(info, { recursive: true });
  copyFileSync(PAPERMILL, join(packages, "gradbook_papermill.py"));
  writeAside(join(info, "METADATA"), "Metadata-Version: 2.1\nName: gradbook-papermill\nVersion: 0.1.0\n");
  writeAside(
    join(info, "entry_points.txt"),
    "[papermill.engine]\ngradbook = gradbook_papermill:NBClientEngine\n",
  );
}

/** @param {string} path @param {unknown} value */
function writeAsideJson(path, value) {
  writeAside(path, `${JSON.stringify(value, null, 2)}\n`);
}
