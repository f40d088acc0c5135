// What fingers type that know another notebook: `%magics`, `!commands`, `?help`. None is TypeScript, so each is a
// problem already; here that problem gets the words that say what to write instead.
import type { Problem } from "./language.ts";

const MAGIC = /^%{1,2}([A-Za-z_]\w*)[^\S\n]*(.*)$/;
const SHELL = /^!{1,2}[^\S\n]*([a-z][\w.-]*|[.~]{0,2}\/[\w./-]+)(?:[^\S\n]+(.*))?$/;
/** Where what a magic or a command gives is kept. */
const KEPT = /^(?:(?:const|let|var)[^\S\n]+)?[A-Za-z_$][\w$]*[^\S\n]*=[^\S\n]*(?=[%!])/;
/** `!/ab/g` asks about a pattern; no program is called like its flags alone. */
const PATTERN = /^\/[^/]*\/[dgimsuvy.]/;
const HELP = /^(?:\?{1,2}([\w$.]+)|([\w$.]+?)\?{1,2});?$/;
const PACKAGES = /^(pip3?|conda|mamba|npm|yarn|pnpm|uv)$/;

/** Commands that stand alone; more than one word after `!` is a command whatever it is called. */
const COMMANDS =
  /^(ls|ll|dir|pwd|cd|cat|head|tail|mkdir|rm|cp|mv|git|wget|curl|python3?|node|date|whoami|bash|sh|df|du|env|free|top|nvidia-smi)$/;

const TIMING = "`const start = performance.now()` before, and `performance.now() - start` after";
const DEBUGGER = "the bug in the notebook's toolbar";
const SHIFT_TAB = "Shift+Tab with the cursor in the name";

/** By what stands after `%`, or after `!`. */
const INSTEAD: readonly (readonly [RegExp, (rest: string) => string])[] = [
  [/^(matplotlib|pylab|config)$/, () => 'nothing: a `figure(…)` of "gradbook" shows by itself'],
  [/^(time|timeit|prun|lprun)$/, () => TIMING],
  [/^(memit|mprun)$/, () => "`process.memoryUsage().heapUsed` before and after"],
  [/^(debug|pdb)$/, () => `${DEBUGGER}, then a click beside a line`],
  [/^(tb|xmode)$/, () => "nothing: an error shows the cell's line, and what caused it"],
  [/^(lsmagic|magic|quickref|alias|colors|gui)$/, () => "nothing: cells are TypeScript alone"],
  [/^(hist|history|recall|rerun)$/, () => "the up arrow in a console (File > New > Console)"],
  [/^precision$/, () => "`value.toFixed(3)`"],
  [/^autosave$/, () => "Settings > Autosave Documents"],
  [
    /^(store|save)$/,
    () =>
      '`import { writeFileSync } from "node:fs"`, then `writeFileSync("kept.json", JSON.stringify(value))`',
  ],
  [
    /^(autoreload|load_ext|reload_ext|aimport)$/,
    () => "nothing: a file of yours that has changed is read anew when its import runs again",
  ],
  [/^(cd|chdir)$/, (rest) => `\`process.chdir(${quoted(rest || "..")})\``],
  [/^pwd$/, () => "`process.cwd()`"],
  [/^(ls|ll|dir)$/, () => '`import { readdirSync } from "node:fs"`, then `readdirSync(".")`'],
  [
    /^(cat|head|tail|pycat)$/,
    (rest) => `\`import { readFileSync } from "node:fs"\`, then \`readFileSync(${quoted(rest)}, "utf8")\``,
  ],
  [/^(env|set_env)$/, () => "`process.env`"],
  [
    /^(run|load)$/,
    (rest) =>
      /\.py\b/.test(rest)
        ? program(`python3 ${rest}`)
        : `\`await import(${quoted(`./${rest || "file.ts"}`)})\``,
  ],
  [/^(html|HTML)$/, () => "`display.html(`…`)`"],
  [/^(javascript|js)$/, () => "`display.javascript(…)`, or a cell that begins with `/** @browser */`"],
  [/^(markdown|latex|svg|SVG)$/, () => "`display.markdown(…)`, `display.latex(…)` or `display.svg(…)`"],
  [
    /^(writefile|file)$/,
    (rest) => `\`import { writeFileSync } from "node:fs"\`, then \`writeFileSync(${quoted(rest)}, …)\``,
  ],
  [/^(who|whos|who_ls)$/, () => `${DEBUGGER}, which shows all variables at the side`],
  [/^(pinfo2?|pdoc|psource|pdef)$/, () => SHIFT_TAB],
  [/^(reset|reset_selective)$/, () => "Kernel > Restart Kernel…"],
  [PACKAGES, () => "`npm install …` in a terminal (File > New > Terminal), then `import`"],
];

/** The problems of a cell in which such a line stands: that line's own words, alone, as all others follow from it. */
export function inPlaceOfHabits(source: string, problems: readonly Problem[]): readonly Problem[] {
  let start = 0;
  for (const line of source.split("\n")) {
    // What the parser misses after the last line is that line's.
    const end = source.slice(start + line.length).trim() === "" ? source.length : start + line.length;
    const here = problems.filter((problem) => problem.start >= start && problem.start <= end);
    const message = here.length > 0 ? habitIn(line.trim().replace(KEPT, ""), here) : undefined;
    if (message !== undefined) {
      const indent = line.length - line.trimStart().length;
      return [{ kind: "syntax", code: 0, message, start: start + indent, length: line.trim().length }];
    }
    start += line.length + 1;
  }
  return problems;
}

function habitIn(line: string, problems: readonly Problem[]): string | undefined {
  const [, magic, arguments_ = ""] = MAGIC.exec(line) ?? [];
  if (magic) return `There are no magics here. Instead of %${magic}: ${insteadOf(magic, arguments_)}`;
  const [, command, rest = ""] = SHELL.exec(line) ?? [];
  if (command && isCommand(command, rest, problems))
    return `\`!\` means “not” in TypeScript. Instead of !${command}: ${insteadOf(command, rest)}`;
  const help = HELP.exec(line);
  const name = help?.[1] ?? help?.[2];
  if (name)
    return `To read about ${name}: \`${name}?\` in a cell of its own, or Shift+Tab with the cursor in it`;
  return undefined;
}

function isCommand(command: string, rest: string, problems: readonly Problem[]): boolean {
  if (COMMANDS.test(command) || PACKAGES.test(command)) return true;
  if (command.includes("/") && !PATTERN.test(command)) return true;
  return /^[\w./~$"'-]/.test(rest) && problems.some(({ kind }) => kind === "syntax");
}

function insteadOf(name: string, rest: string): string {
  const [, words] = INSTEAD.find(([pattern]) => pattern.test(name)) ?? [];
  if (words) return words(rest.trim());
  // The lines below `%%bash` are the program.
  if (/^(bash|sh|sx|system|script|cmd)$/.test(name)) return program(rest.replace(/^(bash|sh)$/, ""));
  return program([name, rest].join(" ").trim());
}

const program = (line: string): string =>
  `\`import { execSync } from "node:child_process"\`, then \`execSync(${quoted(line)}, { encoding: "utf8" })\``;

const quoted = (text: string): string => JSON.stringify(text || "…");
