#!/usr/bin/env node
// @ts-check
// The command `gradbook`, and all of `npm run …`. It begins in a clone where nothing is installed yet, so
// everything that it loads at first is Node's own.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { isClone, ROOT, SELF } from "./lab/place.mjs";
import { screen as makeScreen } from "./lab/screen.mjs";
import { explain, isErrno, Trouble } from "./lab/trouble.mjs";

const HELP = `gradbook: a TypeScript kernel for Jupyter, and a deep-learning workbook that runs on it

In a clone
  npm run lab [-- OPTIONS]     set up what is missing, open JupyterLab on workbook/
    --no-browser               print the address, open nothing
    --port N                   default 8888, or the next one that is free
    --offline                  use what is here, fetch nothing
    --reference none|wasm|native   what lessons compare with (default: native where it can be had)
    --gpu, --cuda              a reference that can use a GPU; NVIDIA's libraries too
    --node 20|22|24            run the kernel on this Node, brought if need be
  npm test [-- --grep X]       every test; npm run test:quick: a minute or two
  npm run notebooks [-- LESSON…]    every lesson, run headless; fails on any error, and on what takes too long;
                               all of them without a fault renew notebooks/CLAIMS.md
  npm run figures [-- LESSON…]      every figure as PNG and SVG with its numbers, and a gallery, in build/figures; runs
                               the lessons that have changed since they last ran
    --again                    all of them, or those named
  npm run site                 the lessons as pages in build/site, with their figures; they need no network
  npm run reset -- LESSON [CELL…]   a lesson of workbook/, or cells of it, as handed out
  npm run doctor               each part, its version, its state, the command that mends it
  npm run format | check       formatter; formatter, linter and type check

Grading
  gradbook release NOTEBOOK… [--to DIR]        what students get: no solutions, no hidden tests, and a manifest
  gradbook verify ASSIGNMENT   proves it before it goes out: solution, stub and planted answers get what they should,
                               for 20 seeds, and nothing of a solution is left
  gradbook grade ASSIGNMENT SUBMISSIONS… --out DIR     folders, zips (Canvas, Moodle, Gradescope), notebooks
    --sandbox bwrap|landlock|container|none    where answers run (default: bwrap)
    --workers N                default: as many as there are cores
    --export FORMAT            once for each; “list” shows them
    --roster FILE              the list that Canvas or Moodle exports, to fill in (--column NAME, --scale)
    --resume                   goes on where a run was cut off (as it does without); --again grades all anew
    --queue redis://HOST:PORT  hands the work to workers
  gradbook export autograder|classroom ASSIGNMENT [--to FILE]    for Gradescope, for GitHub Classroom
  gradbook check NOTEBOOK [--exercise NAME]    a student's own notebook, by the tests that are in it
  gradbook worker --queue URL [--workers N] [--sandbox LEVEL]    grades what others hand to a queue, until it is ended
  gradbook status --queue URL [--json]         what a queue holds, and who works on it
    --queue-ca FILE, --queue-cert FILE, --queue-key FILE  for rediss://; an address with a password is better in the
                               environment, as GRADBOOK_QUEUE

Anywhere
  gradbook kernel install [--user | --prefix DIR] [--name N] [--language javascript]
                                                 for VS Code and other Jupyters
  gradbook kernel uninstall [--user | --prefix DIR] [--name N]
  gradbook kernel list [--prefix DIR]
`;

const screen = makeScreen();

const GRADING = new Set(["release", "verify", "grade", "check", "export", "worker", "status"]);

/** @type {Record<string, (args: string[]) => Promise<number>>} */
const COMMANDS = {
  async lab(args) {
    const values = parse(args, {
      "no-browser": { type: "boolean" },
      port: { type: "string" },
      offline: { type: "boolean" },
      reference: { type: "string" },
      node: { type: "string" },
      gpu: { type: "boolean" },
      cuda: { type: "boolean" },
    });
    const { lab } = await import("./lab/lab.mjs");
    const reference = oneOf(
      "--reference",
      values.reference,
      /** @type {const} */ (["none", "wasm", "native"]),
    );
    const node = oneOf("--node", values.node, /** @type {const} */ (["20", "22", "24"]));
    const port = wholePort(values.port);
    const options = {
      browser: values["no-browser"] !== true,
      offline: values.offline === true,
      gpu: values.gpu === true,
      cuda: values.cuda === true,
      ...(port === undefined ? {} : { port }),
      ...(reference ? { reference } : {}),
      ...(node ? { node } : {}),
    };
    return lab(options, screen);
  },
  async test(args) {
    const values = parse(args, {
      quick: { type: "boolean" },
      grep: { type: "string", short: "g" },
      offline: { type: "boolean" },
    });
    const { test } = await import("./lab/test.mjs");
    return test(
      { quick: values.quick === true, grep: text(values.grep), offline: values.offline === true },
      screen,
    );
  },
  async notebooks(args) {
    const { notebooks } = await import("./lab/notebooks.mjs");
    return notebooks(args, screen);
  },
  async figures(args) {
    const { values, positionals } = parsed(args, { again: { type: "boolean" } }, true);
    const { figures } = await import("./lab/figures.mjs");
    return figures(positionals, { again: values.again === true }, screen);
  },
  async site(args) {
    parse(args, {});
    const { site } = await import("./lab/site.mjs");
    return site(screen);
  },
  async reset([lesson, ...cells]) {
    if (!lesson) throw new Trouble("reset takes a lesson, and cells of it", `${SELF} help`);
    const { resetCells } = await import("./lab/workbook.mjs");
    screen.say(resetCells(ROOT, basename(lesson), cells));
    return 0;
  },
  async doctor(args) {
    parse(args, {});
    const { examine, report } = await import("./lab/doctor.mjs");
    return report(examine(), (line) => screen.say(line));
  },
  async kernel([verb = "", ...args]) {
    const values = parse(args, {
      user: { type: "boolean" },
      prefix: { type: "string" },
      name: { type: "string" },
      language: { type: "string" },
    });
    if (values.user && values.prefix)
      throw new Trouble("--user and --prefix exclude each other", `${SELF} help`);
    const { kernelCommand } = await import("./lab/kernel-command.mjs");
    const { prefix, name, language } = values;
    const wishes = { prefix: text(prefix), name: text(name), language: text(language) };
    return kernelCommand(verb, wishes, (line) => screen.say(line));
  },
  async format(args) {
    parse(args, {});
    const { formatNotebooks } = await import("./lab/notebook-format.mjs");
    for (const name of formatNotebooks(ROOT, { write: true })) screen.say(`Normalised notebooks/${name}`);
    return 0;
  },
  async help() {
    screen.say(HELP);
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

/** @template {NonNullable<import("node:util").ParseArgsConfig["options"]>} T @param {string[]} args @param {T} options */
const parse = (args, options) => parsed(args, options, false).values;

/** @template {NonNullable<import("node:util").ParseArgsConfig["options"]>} T @param {string[]} args @param {T} options @param {boolean} allowPositionals */
function parsed(args, options, allowPositionals) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals });
  } catch (error) {
    throw new Trouble(
      error instanceof Error ? error.message.split(/\.\s/, 1).join() : String(error),
      `${SELF} help`,
    );
  }
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

/** @param {string[]} argv @returns {Promise<number>} */
async function main([name = "help", ...args]) {
  try {
    if (name === "--help" || name === "-h") name = "help";
    if (GRADING.has(name)) {
      const { gradingCommand } = await grader(`gradbook ${name} …`);
      return await gradingCommand(name, args, screen);
    }
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!command) throw new Trouble(`There is no command “${name}”`, `${SELF} help`);
    return await command(args);
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
