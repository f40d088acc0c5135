// @ts-check
// What can be typed: the commands, their options, and the words about them. Known without npm's packages, so that a
// question, or a slip of the fingers, is answered before anything is set up or built.
import { parseArgs } from "node:util";
import { SELF } from "./place.mjs";
import { Trouble } from "./trouble.mjs";

/** @typedef {NonNullable<import("node:util").ParseArgsConfig["options"]>} Options */
/** @typedef {Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>} Typed */

const HELP = `gradbook: a TypeScript kernel for Jupyter, and a deep-learning workbook that runs on it

In a clone
  npm run lab [-- OPTIONS]     set up what is missing, open JupyterLab on workbook/
    --no-browser               print the address, open nothing
    --port N                   default 8888, or the next one that is free
    --offline                  use what is here, fetch nothing
    --reference none|wasm|native   what lessons compare with (default: native where it can be had)
    --gpu, --cuda              a reference that can use a GPU; NVIDIA's libraries too
    --node 20|22|24            run the kernel on this Node, brought if need be
  npm test [-- --grep X]       every test; npm run test:quick (or --quick): a minute or two; --offline: fetch nothing
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
                               for 20 seeds (--seeds N), and nothing of a solution is left
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
  gradbook help [COMMAND], gradbook COMMAND --help
  gradbook kernel install [--user | --prefix DIR] [--name N] [--language javascript]
                                                 for VS Code and other Jupyters
  gradbook kernel uninstall [--user | --prefix DIR] [--name N]
  gradbook kernel list [--prefix DIR]
`;

const flag = /** @type {const} */ ({ type: "boolean" });
const value = /** @type {const} */ ({ type: "string" });
const ANSWERS = { sandbox: value, workers: value };
const QUEUE = { queue: value, "queue-ca": value, "queue-cert": value, "queue-key": value };
const MANY = Number.POSITIVE_INFINITY;

/** Each command's options, and how many words it takes beside them. @type {Readonly<Record<string, { options: Options, words: readonly [least: number, most: number] }>>} */
export const COMMANDS = {
  lab: {
    options: {
      "no-browser": flag,
      port: value,
      offline: flag,
      reference: value,
      node: value,
      gpu: flag,
      cuda: flag,
    },
    words: [0, 0],
  },
  test: { options: { quick: flag, grep: { ...value, short: "g" }, offline: flag }, words: [0, 0] },
  notebooks: { options: {}, words: [0, MANY] },
  figures: { options: { again: flag }, words: [0, MANY] },
  site: { options: {}, words: [0, 0] },
  reset: { options: {}, words: [1, MANY] },
  doctor: { options: {}, words: [0, 0] },
  format: { options: {}, words: [0, 0] },
  kernel: { options: { user: flag, prefix: value, name: value, language: value }, words: [0, 1] },
  help: { options: {}, words: [0, 1] },
  release: { options: { to: value }, words: [1, MANY] },
  verify: { options: { ...ANSWERS, seeds: value }, words: [1, 1] },
  grade: {
    options: {
      ...ANSWERS,
      ...QUEUE,
      out: value,
      export: { ...value, multiple: true },
      roster: value,
      column: value,
      scale: flag,
      resume: flag,
      again: flag,
    },
    words: [0, MANY],
  },
  export: { options: { to: value }, words: [0, 2] },
  check: { options: { exercise: value, ...ANSWERS }, words: [1, 1] },
  worker: { options: { ...QUEUE, ...ANSWERS }, words: [0, 0] },
  status: { options: { ...QUEUE, json: flag }, words: [0, 0] },
};

/** @param {readonly string[]} args */
export const asksForHelp = (args) => args.some((arg) => arg === "--help" || arg === "-h");

/** @param {string} name */
export function commandOf(name) {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) return command;
  throw new Trouble(`There is no command “${name}”`, `${SELF} help`);
}

/** @param {string} name @param {string[]} args @returns {{ words: string[], typed: Typed }} */
export function parsed(name, args) {
  const { options, words } = commandOf(name);
  const advice = `${SELF} help ${name}`;
  const { positionals, values } = inOneLine(advice, () =>
    parseArgs({ args, options, strict: true, allowPositionals: words[1] > 0 }),
  );
  const [least, most] = words;
  if (positionals.length > most) throw new Trouble(`Unexpected argument '${positionals[most]}'`, advice);
  if (positionals.length < least) throw new Trouble(`${name} takes the name of ${TAKEN[name]}`, advice);
  return { words: positionals, typed: values };
}

/** @type {Readonly<Record<string, string>>} */
const TAKEN = {
  reset: "a lesson, and of cells in it",
  release: "a notebook, or of several",
  verify: "an assignment",
  check: "a notebook",
};

/** @template T @param {string} advice @param {() => T} parse @returns {T} */
function inOneLine(advice, parse) {
  try {
    return parse();
  } catch (error) {
    throw new Trouble(error instanceof Error ? error.message.split(/\.\s/, 1).join() : String(error), advice);
  }
}

/** What the help says of a command, with the options that it shares with others. @param {string} name */
export function usageOf(name) {
  const { options } = commandOf(name);
  if (name === "help") return HELP;
  const own = blocks(new RegExp(`^ {2}(npm run |npm |gradbook )${name}\\b`)).join("\n");
  const shared = Object.keys(options)
    .filter((option) => !own.includes(`--${option}`))
    .flatMap((option) => blocks(new RegExp(`^ {4}--.*--${option}\\b|^ {4}--${option}\\b`)));
  return `${[own, ...new Set(shared)].join("\n")}\n`;
}

/** The lines of the help that begin so, each with the deeper ones after it. @param {RegExp} begin */
function blocks(begin) {
  const lines = HELP.split("\n");
  const depth = (/** @type {string} */ line) => line.search(/\S/);
  return lines.flatMap((line, at) => {
    if (!begin.test(line)) return [];
    const rest = lines.slice(at + 1);
    const end = rest.findIndex((next) => depth(next) <= depth(line));
    return [[line, ...rest.slice(0, end)].join("\n")];
  });
}
