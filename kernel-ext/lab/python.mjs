// @ts-check
// Finds the Python that the virtual environment is made from.
import { spawnSync } from "node:child_process";
import { Trouble } from "./trouble.mjs";

const OLDEST_MINOR = 10;
const NAMES = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"];
const PROBE = "import sys; print(sys.version_info[0], sys.version_info[1], sys.executable)";

/**
 * @param {string} again the command to give again
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ command: string, version: string }}
 */
export function findPython(again, env = process.env) {
  /** @type {string | undefined} */
  let older;
  for (const name of env.GRADBOOK_PYTHON ? [env.GRADBOOK_PYTHON] : NAMES) {
    const probe = spawnSync(name, ["-c", PROBE], { encoding: "utf8", env });
    if (probe.status !== 0) continue;
    const [, major, minor, path] = /^(\d+) (\d+) (.*)$/m.exec(probe.stdout) ?? [];
    if (!major || !minor) continue;
    const version = `${major}.${minor}`;
    const command = path || name;
    if (Number(major) > 3 || (major === "3" && Number(minor) >= OLDEST_MINOR)) {
      requireVenv(command, version, again, env);
      return { command, version };
    }
    older = version;
  }
  if (env.GRADBOOK_PYTHON) {
    throw new Trouble(
      `GRADBOOK_PYTHON (${env.GRADBOOK_PYTHON}) is not a Python 3.10 or newer`,
      `unset GRADBOOK_PYTHON, then: ${again}`,
    );
  }
  throw new Trouble(
    older
      ? `gradbook needs Python 3.10 or newer for JupyterLab, and this machine has ${older}`
      : "gradbook needs Python 3.10 or newer for JupyterLab, and there is none on the PATH",
    `sudo apt-get install python3 python3-venv (or set GRADBOOK_PYTHON to one), then: ${again}`,
  );
}

/** @param {string} command @param {string} version @param {string} again @param {NodeJS.ProcessEnv} env */
function requireVenv(command, version, again, env) {
  const probe = spawnSync(command, ["-c", "import venv, ensurepip"], { env });
  if (probe.status === 0) return;
  throw new Trouble(
    `Python ${version} is here, but its venv module is not`,
    `sudo apt-get install python${version}-venv, then: ${again}`,
  );
}
