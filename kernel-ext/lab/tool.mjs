// @ts-check
// Runs another program: its output goes to a log in build/logs and line by line to whoever watches.
import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { explain, isErrno, Trouble } from "./trouble.mjs";

/** @type {NodeJS.Signals[]} */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * @param {string} command @param {string[]} args
 * @param {{ what: string, again: string, log?: string, cwd?: string, env?: NodeJS.ProcessEnv,
 *   onLine?: (line: string) => void, missing?: Trouble }} options `what`: "while …" of the error's sentence
 * @returns {Promise<string>} what it printed
 */
export function tool(command, args, { what, again, log, cwd, env, onLine, missing }) {
  if (log) mkdirSync(dirname(log), { recursive: true });
  return new Promise((resolve, reject) => {
    // Who ends us ends the tool: none goes on alone in a folder that the next set-up will be at work in. From before it
    // starts, as it may be at work before we are told so.
    /** @param {NodeJS.Signals} signal */
    const pass = (signal) => child.kill(signal);
    for (const signal of SIGNALS) process.on(signal, pass);
    const child = spawn(command, args, { cwd, env: env ?? process.env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let rest = "";
    /** @param {Buffer} chunk */
    const take = (chunk) => {
      const text = chunk.toString("utf8");
      output = (output + text).slice(-200_000);
      if (log) tryAppend(log, text);
      if (!onLine) return;
      const lines = (rest + text).split(/[\r\n]+/);
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.once("close", () => {
      for (const signal of SIGNALS) process.removeListener(signal, pass);
    });
    child.on("error", (error) => {
      if (isErrno(error) && error.code === "ENOENT" && missing) reject(missing);
      else reject(explain(String(error), what, again, log));
    });
    child.on("close", (code, signal) => {
      if (code === 0) resolve(output);
      else if (signal) reject(new Trouble(`${command} was ended (${signal}) while ${what}`, again));
      else reject(explain(output, what, again, log));
    });
  });
}

/**
 * A full disk must not hide the tool's own message.
 * @param {string} log
 * @param {string} text
 */
function tryAppend(log, text) {
  try {
    appendFileSync(log, text);
  } catch {}
}
