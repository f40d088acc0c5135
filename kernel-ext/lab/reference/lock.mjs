// @ts-check
// One set-up at a time in a cache that all clones of a user share. The lock is a file that appears whole
// (written aside, then linked), says which process holds it, and is taken over when that process is gone.
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { aside, readJson } from "../files.mjs";
import { codeOf } from "./problem.mjs";

// On a home folder shared over a network we cannot ask whether a process of another machine lives.
const FOREIGN_LOCK_MS = 60 * 60 * 1000;
const TAKEOVER_MS = 10_000;

/** @typedef {{ pid: number, started: string, host: string, token: string }} Owner */

/**
 * Runs `work` while holding the lock; waits for another holder first.
 * @template T
 * @param {string} path
 * @param {{ onWait: (owner: Owner) => void, pollMs?: number }} options
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, { onWait, pollMs = 200 }, work) {
  const me = owner();
  mkdirSync(dirname(path), { recursive: true });
  let told = false;
  while (!take(path, me)) {
    /** @type {Owner | undefined} */
    const holder = readJson(path);
    if (holder && isGone(holder, path)) {
      takeOver(path, holder);
      continue;
    }
    if (holder && !told) onWait(holder);
    told ||= holder !== undefined;
    await sleep(pollMs);
  }
  const giveBack = () => {
    const holder = readJson(path);
    if (holder?.token === me.token) rmSync(path, { force: true });
  };
  // Ctrl-C ends the process by `exit` in the set-up program; without this the next start would still find
  // the lock stale by its process id, so this is only tidiness.
  process.once("exit", giveBack);
  try {
    return await work();
  } finally {
    process.removeListener("exit", giveBack);
    giveBack();
  }
}

/** @param {string} path @param {Owner} me */
function take(path, me) {
  const part = aside(path);
  writeFileSync(part, JSON.stringify(me));
  try {
    linkSync(part, path);
    return true;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    return false;
  } finally {
    rmSync(part, { force: true });
  }
}

/**
 * Removes a stale lock, but never one that somebody else has meanwhile taken over: only the holder of the
 * second lock may remove the first, and it looks once more.
 * @param {string} path @param {Owner} stale
 */
function takeOver(path, stale) {
  const second = `${path}.takeover`;
  if (!take(second, owner())) {
    const age = Date.now() - (statSync(second, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > TAKEOVER_MS) rmSync(second, { force: true });
    return;
  }
  try {
    if (readJson(path)?.token === stale.token) rmSync(path, { force: true });
  } finally {
    rmSync(second, { force: true });
  }
}

/** @param {Owner} holder @param {string} path */
function isGone(holder, path) {
  if (holder.host !== hostname()) {
    const time = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    return time !== undefined && Date.now() - time > FOREIGN_LOCK_MS;
  }
  return startOf(holder.pid) !== holder.started;
}

/** @returns {Owner} */
function owner() {
  const token = `${process.pid}-${Date.now()}-${Math.random()}`;
  return { pid: process.pid, started: startOf(process.pid), host: hostname(), token };
}

/**
 * When a process began, so that a reused process id is not taken for the old process.
 * @param {number} pid
 */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "unknown";
  } catch {
    return "gone";
  }
}
