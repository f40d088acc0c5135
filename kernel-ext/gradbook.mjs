#!/usr/bin/env node
// @ts-check
// The command `gradbook`, and all of `npm run …`. It begins in a clone where nothing is installed yet, so
// everything that it loads at first is Node's own.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { isClone, ROOT, SELF } from "./lab/place.mjs";
import { screen as makeScreen } from "./lab/screen.mjs";
import { explain, isErrno, Trouble } from "./lab/trouble.mjs";
import { asksForHelp, parsed, usageOf } from "./lab/usage.mjs";

const screen = makeScreen();

/** @typedef {import("./lab/usage.mjs").Typed} Typed */

/** @type {Record<string, (words: string[], typed: Typed) => Promise<number>>} */
const RUN = {
  async lab(_, typed) {
    const { lab } = await import("./lab/lab.mjs");
    const reference = oneOf(
      "--reference",
      typed.reference,
      /** @type {const} */ (["none", "wasm", "native"]),
    );
    const node = oneOf("--node", typed.node, /** @type {const} */ (["20", "22", "24"]));
    const port = wholePort(typed.port);
    const options = {
      browser: typed["no-browser"] !== true,
      offline: typed.offline === true,
      gpu: typed.gpu === true,
      cuda: typed.cuda === true,
      ...(port === undefined ? {} : { port }),
      ...(reference ? { reference } : {}),
      ...(node ? { node } : {}),
    };
    return lab(options, screen);
  },
  async test(_, typed) {
    const { test } = await import("./lab/test.mjs");
    return test(
      { quick: typed.quick === true, grep: text(typed.grep), offline: typed.offline === true },
      screen,
    );
  },
  async notebooks(lessons) {
    const { notebooks } = await import("./lab/notebooks.mjs");
    return notebooks(lessons, screen);
  },
  async figures(lessons, typed) {
    const { figures } = await import("./lab/figures.mjs");
    return figures(lessons, { again: typed.again === true }, screen);
  },
  async site() {
    const { site } = await import("./lab/site.mjs");
    return site(screen);
  },
  async reset([lesson = "", ...cells]) {
    const { resetCells } = await import("./lab/workbook.mjs");
    screen.say(resetCells(ROOT, basename(lesson), cells));
    return 0;
  },
  async doctor() {
    const { examine, report } = await import("./lab/doctor.mjs");
    return report(examine(), (line) => screen.say(line));
  },
  async kernel([verb = ""], { user, prefix, name, language }) {
    if (user && prefix) throw new Trouble("--user and --prefix exclude each other", `${SELF} help kernel`);
    const { kernelCommand } = await import("./lab/kernel-command.mjs");
    const wishes = { prefix: text(prefix), name: text(name), language: text(language) };
    return kernelCommand(verb, wishes, (line) => screen.say(line));
  },
  async format() {
    const { formatNotebooks } = await import("./lab/notebook-format.mjs");
    for (const name of formatNotebooks(ROOT, { write: true })) screen.say(`Normalised notebooks/${name}`);
    return 0;
  },
  async help([name = "help"]) {
    screen.say(usageOf(name));
    return 0;
  },
};

/** The grader is TypeScript: it is built first, and a clone brings its npm packages. @param {string} again @returns {Promise<any>} */
async function grader(again) {
  if (isClone() && !existsSync(join(ROOT, "node_modules"))) {
    const { setUp } = await import("./lab/setup.mjs");
    await setUp({ again, withPython: false }, screen);
  }
  const { ensureBuilt } = await import("./lab/built.mjs");
  return import(pathToFileURL(join(await ensureBuilt(ROOT), "kernel-ext/grading/commands.js")).href);
}

/** @template {string} T @param {string} option @param {unknown} value @param {readonly T[]} known @returns {T | undefined} */
function oneOf(option, value, known) {
  if (value === undefined) return undefined;
  const found = known.find((one) => one === value);
  if (found) return found;
  throw new Trouble(
    `${option} takes ${known.join(", ")}, not “${value}”`,
    `npm run lab -- ${option} ${known.at(-1)}`,
  );
}

/** @param {unknown} value */
function wholePort(value) {
  if (value === undefined) return undefined;
  const port = Number(value);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new Trouble(`“${value}” is not a port: 1 to 65535 are`, "npm run lab -- --port 8889");
}

/** @param {unknown} value */
const text = (value) => (typeof value === "string" ? value : undefined);

/** @param {string} name @param {string[]} words @param {Typed} typed @returns {Promise<number>} */
async function run(name, words, typed) {
  const own = RUN[name];
  if (own) return own(words, typed);
  const { gradingCommand } = await grader(`gradbook ${name} …`);
  return gradingCommand(name, words, typed, screen);
}

/** @param {string[]} argv @returns {Promise<number>} */
async function main([name = "help", ...args]) {
  try {
    if (asksForHelp([name])) name = "help";
    if (asksForHelp(args)) return await run("help", [name], {});
    const { words, typed } = parsed(name, args);
    return await run(name, words, typed);
  } catch (error) {
    screen.clear();
    const known = error instanceof Trouble || (error instanceof Error && "advice" in error);
    const said = known
      ? error
      : isErrno(error)
        ? explain(String(error), `running gradbook ${name}`, "npm run doctor")
        : undefined;
    process.stderr.write(`✗ ${said?.toString() ?? (error instanceof Error ? error.stack : error)}\n`);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
