// What the process of the answers runs: 3 is the pipe to read, 4 the one to write. Bundled by inside-files.ts, which
// also starts it with the name of a file, for V8's code of the library.
import { renameSync, writeFileSync } from "node:fs";
import { Imports } from "./imports.ts";
import { Inside } from "./inside.ts";

const [, , part] = process.argv;
if (part === undefined) void new Inside(__dirname).serve();
else {
  const imports = new Imports(__dirname);
  const { Tensor, Random } = imports.load();
  String(new Tensor(new Random(1).normal([4]).data));
  writeFileSync(part, imports.code()!);
  renameSync(part, part.replace(/\.\d+\.part$/, ""));
}
