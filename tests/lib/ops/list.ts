// The list of operations in lib/README.md, made from the table: `node build/dist/tests/lib/ops/list.js` writes it there.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";
import { OPS } from "../../../lib/index.ts";
import { ROOT } from "../../source.ts";
import { CALLS } from "../golden/calls.ts";

const README = join(ROOT, "lib", "README.md");
const START = /^<!-- made from ops\/table\.ts .*-->\n/m;
const END = "<!-- end -->";

/** A row for each operation: its inputs, its formula, and what it is checked against. */
export function operationList(): string {
  const sorted = Object.values(OPS).toSorted((a, b) => a.name.localeCompare(b.name, "en"));
  const rows = sorted.map(({ name, inputs, formula, secondOrder, reference, golden }) => {
    const against = [...(reference ? ["tfjs"] : []), ...((golden ?? name) in CALLS ? ["PyTorch"] : [])].join(
      ", ",
    );
    const second = secondOrder === false ? "" : "yes";
    // A bar would end the cell.
    return `| \`${name}\` | ${inputs.join(", ")} | $${formula.replaceAll("|", "\\vert ")}$ | ${second} | ${against} |`;
  });
  return ["| operation | of | formula | 2nd | equals |", "|---|---|---|---|---|", ...rows, ""].join("\n");
}

/** The list as it stands in the README. */
export function listInReadme(): string {
  const [from, to] = bounds(readFileSync(README, "utf8"));
  return readFileSync(README, "utf8").slice(from, to);
}

function bounds(text: string): [number, number] {
  const start = START.exec(text);
  const end = text.indexOf(END);
  if (!start || end < start.index) throw new Error("lib/README.md has lost the marks around its list.");
  return [start.index + start[0].length, end];
}

if (argv[1] && import.meta.url === pathToFileURL(argv[1]).href) {
  const text = readFileSync(README, "utf8");
  const [from, to] = bounds(text);
  writeFileSync(`${README}.part`, text.slice(0, from) + operationList() + text.slice(to));
  renameSync(`${README}.part`, README);
}
