// @ts-check
// One of us at a time at work on a folder. The lock is a file that appears whole (written aside, then linked), says
// whose it is, and is taken over when its holder is gone.
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { aside } from "./files.mjs";
import { quoted } from "./place.mjs";
import { explain, isErrno, Trouble } from "./trouble.mjs";

const TRIES = 50;
const PAUSE_MS = 20;

/**
 * @param {string} file @param {string} again @param {string} what whoever holds it is at
 * @returns {Promise<() => void>} gives it back
 */
export async function lock(file, again, what = "set-up of this folder") {
  const guard = `${file}.takeover`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    for (let tries = 0; tries < TRIES; tries++) {
      if (take(file)) return () => rmSync(file, { force: true });
      const holder = holderOf(file);
      if (typeof holder === "number") {
        throw new Trouble(
          `Another ${what} is running (process ${holder})`,
          `wait until it has ended, then: ${again}`,
        );
      }
      // Only who holds the second lock removes a first one, and looks again before: else of two who found
      // it stale, the slower one would remove the lock that the faster one has just taken.
      if (take(guard)) {
        try {
          if (holderOf(file) === "gone") rmSync(file, { force: true });
        } finally {
          rmSync(guard, { force: true });
        }
      } else await sleep(PAUSE_MS);
    }
  } catch (error) {
    throw isErrno(error) ? explain(String(error), `the ${what} began`, again) : error;
  }
  throw new Trouble(`The lock of the ${what} could not be taken`, `rm -f ${quoted(guard)}, then: ${again}`);
}

/** @param {string} file @returns {boolean} */
function take(file) {
  const part = aside(file);
  try {
    writeFileSync(part, `${process.pid} ${startOf(process.pid)}`);
    linkSync(part, file);
    return true;
  } catch (error) {
    if (isErrno(error) && error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(part, { force: true });
  }
}

/** @param {string} file @returns {number | "gone" | "none"} the process that holds it; gone: it is held by none any more */
function holderOf(file) {
  let text = "";
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (isErrno(error) && error.code === "ENOENT") return "none";
  }
  const [pid = 0, started] = text.split(" ").map(Number);
  return Number.isInteger(pid) && pid > 0 && isAlive(pid) && startOf(pid) === started ? pid : "gone";
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error) && error.code === "EPERM";
  }
}

/**
 * When a process began, so that another one with its number is not taken for it; 0 where nothing tells.
 * @param {number} pid
 */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
  } catch {
    return 0;
  }
}
