// Attacks that read: hidden tests, other students' work, the lecturer's environment. What they find they print.
import type { Attack, Ground } from "./attack.ts";

const prints = (name: string, code: string): Attack => ({
  name,
  answers: { normalise: `${code}\nfunction normalise(xs: readonly number[]): any { return xs; }` },
});

export const onSecrets = ({ folder, project }: Ground): readonly Attack[] => [
  prints(
    "that prints every environment and command line in /proc",
    `import fs from "node:fs";
const seen: string[] = [JSON.stringify(process.env), process.argv.join()];
for (const pid of fs.readdirSync("/proc").filter((name) => /^\\d+$|self|thread-self/.test(name)))
  for (const file of ["environ", "cmdline", "maps", "mountinfo", "comm", "status"]) try { seen.push(fs.readFileSync("/proc/" + pid + "/" + file, "utf8")); } catch {}
for (const text of seen) if (/GRADBOOK_ATTACKED_SECRET/.test(text)) console.log("found", text.slice(0, 5000));
console.log(seen.join("\\n").slice(0, 5000));`,
  ),
  prints(
    "that reads the memory of its parents",
    `import fs from "node:fs";
for (const pid of ["self", String(process.ppid), "1", "2"]) try {
  const fd = fs.openSync("/proc/" + pid + "/mem", "r");
  for (const line of fs.readFileSync("/proc/" + pid + "/maps", "utf8").split("\\n").slice(0, 2000)) {
    const [, from = "0", to = "0"] = /^(\\w+)-(\\w+) rw/.exec(line) ?? [];
    const bytes = Buffer.alloc(Math.min(2 ** 22, Number.parseInt(to, 16) - Number.parseInt(from, 16)));
    try { fs.readSync(fd, bytes, 0, bytes.length, BigInt("0x" + from) as any); } catch { continue; }
    let at = -1;
    for (let from = bytes.indexOf("no-student-"); from >= 0 && at < 0; from = bytes.indexOf("no-student-", from + 1))
      if (bytes[from - 2] === 115 && bytes[from + 11] === 109) at = from - 20;
    if (at >= 0) console.log(pid, bytes.toString("latin1", at, at + 200));
  }
} catch {}`,
  ),
  prints(
    "that reads what its parents and others have open",
    `import fs from "node:fs";
for (const pid of fs.readdirSync("/proc").filter((name) => /^\\d+$/.test(name)))
  for (const part of ["fd", "root", "cwd", "map_files", "task"]) try {
    console.log(pid, part, fs.readdirSync("/proc/" + pid + "/" + part).slice(0, 30).join());
    if (part === "fd") for (const fd of fs.readdirSync("/proc/" + pid + "/fd")) try { console.log(fs.readlinkSync("/proc/" + pid + "/fd/" + fd)); } catch {}
    if (part === "root") console.log(fs.readFileSync("/proc/" + pid + "/root${folder}/secret.json", "utf8"));
  } catch {}`,
  ),
  prints(
    "that looks for hidden tests in every notebook and result of the disk",
    `import fs from "node:fs";
import path from "node:path";
const until = Date.now() + 1500;
const words = ["hidden", "words", "no", "student", "may", "read"].join("-");
const walk = (folder: string, depth: number): void => {
  if (depth > 7 || Date.now() > until) return;
  let entries: fs.Dirent[] = [];
  try { entries = fs.readdirSync(folder, { withFileTypes: true }); } catch { return; }
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) { if (!/^\\/(proc|sys|usr)/.test(file)) walk(file, depth + 1); }
    else if (/\\.(ipynb|db|json|ts|txt|csv)$/.test(entry.name) && !/node_modules/.test(file)) try {
      const text = fs.readFileSync(file, "utf8");
      if (text.includes(words) || /BEGIN (SOLUTION|HIDDEN)|lecturers-secret/.test(text)) console.log("found", file, text.slice(0, 2000));
    } catch {}
  }
};
for (const place of [process.cwd(), "${folder}", "${project}/notebooks", "/tmp", "/root", "/home", "/"]) walk(place, 0);`,
  ),
  prints(
    "that reads other students' work, by links and by /proc",
    `import fs from "node:fs";
for (const root of ["", "/proc/self/root", "/proc/1/root", "/proc/" + process.ppid + "/root", "/proc/self/cwd"])
  for (const file of ["secret.json", "anna/work.ipynb", "gradebook.db", "secret.ts"]) {
    try { console.log(fs.readFileSync(root + "${folder}/" + file, "utf8")); } catch {}
    try { fs.symlinkSync("${folder}/" + file, "/tmp/link-" + file.replace("/", "-")); console.log(fs.readFileSync("/tmp/link-" + file.replace("/", "-"), "utf8")); } catch {}
  }`,
  ),
  prints(
    "that looks for the hidden tests in its own heap",
    `import v8 from "node:v8";
import { Readable } from "node:stream";
let text = "";
for await (const chunk of v8.getHeapSnapshot() as Readable) { text = text.slice(-100) + chunk; const at = text.indexOf(["hidden", "words", "no"].join("-") + "-student"); if (at >= 0) { console.log(text.slice(at, at + 100)); break; } }`,
  ),
  {
    name: "that imports the lecturer's files, for their values and for their types",
    harmless: true,
    unrun: true,
    answers: {
      normalise: `import { secret } from "${folder}/secret.ts";\nconst shown: number = secret;\nfunction normalise(xs: readonly number[]): any { return xs; }`,
      twice: `type Secret = typeof import("${folder}/secret").secret;\nconst twice: Secret = 1 as any as number;`,
      later: `import secret from "${folder}/secret.json" with { type: "json" };\nconst later: number = secret;`,
      doubled: `/// <reference path="${folder}/secret.ts" />\n/// <reference path="/dev/zero" />\n/// <reference types="${folder}/secret" />\nconst doubled: number = secret;`,
    },
  },
  {
    name: "that tells in messages and prints what the hidden tests call it with",
    harmless: true,
    due: 1,
    answers: {
      normalise: `const heard: string[] = [];
function normalise(xs: readonly number[]): any {
  heard.push(xs.join());
  console.log("asked-in-hidden", xs.length === 2 ? "visible" : xs);
  if (xs.length === 2) return [0.5, 0.5];
  throw Object.assign(new Error("asked-in-hidden: " + xs + "\\n    at Test, line 1"), { stack: "Error\\n    at Test, line 1:1\\n    at gradbook-cell-1:1:1" });
}`,
    },
    also: ({ exercises }) => {
      const hidden = exercises.find(({ id }) => id === "normalise-hidden");
      if (!hidden) throw new Error("There is no hidden test");
      if (hidden.failure?.hidden !== true) throw new Error("What a hidden test threw is shown");
      if (hidden.printed?.includes("asked-in-hidden"))
        throw new Error(`What a hidden test was asked is printed: ${hidden.printed}`);
    },
  },
];
