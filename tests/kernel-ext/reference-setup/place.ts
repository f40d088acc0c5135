// A small world for the set-up of the native reference: a wheel of a few bytes, a Python and a compiler that are
// shell scripts, and a project with a binding of one line. Everything heavy is played; the set-up is the real one.
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export type Native = typeof import("../../../kernel-ext/lab/reference/native.mjs");
export type Options = Parameters<Native["installNative"]>[0];

function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "kernel-ext/lab/reference/native.mjs"))) folder = dirname(folder);
  return folder;
}

export const NATIVE_URL: string = pathToFileURL(
  join(projectRoot(), "kernel-ext/lab/reference/native.mjs"),
).href;

/** The set-up's own code: it is not built, so it is loaded from where it lies. */
export async function loadNative(): Promise<Native> {
  const native: Native = await import(NATIVE_URL);
  return native;
}

const LIBRARIES = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];

/** The scripts' default bodies; a test puts another in their place. */
const PYTHON = `
while [ $# -gt 0 ]; do [ "$1" = --dest ] && dest=$2; shift; done
echo fetched >> "$PLACE/fetched"
echo "Progress 10 of 100"; echo "Progress 100 of 100"
cp "$PLACE/wheel.whl" "$dest/tensorflow_cpu-1.whl"`;

const COMPILER = `
echo compiled >> "$PLACE/compiled"
while [ $# -gt 0 ]; do [ "$1" = -o ] && out=$2; shift; done
echo "object" > "$out"`;

export class Place {
  readonly folder: string = mkdtempSync(join(tmpdir(), "gradbook-native-"));
  readonly root: string = join(this.folder, "clone");
  readonly cacheDir: string = join(this.folder, "cache");
  readonly said: string[] = [];
  readonly labels: Set<string> = new Set();

  constructor() {
    this.makeClone(this.root);
    writeFileSync(join(this.folder, "wheel.whl"), wheel());
    this.python(PYTHON);
    this.compiler(COMPILER);
  }

  makeClone(root: string): void {
    const binding = join(root, "node_modules/@tensorflow/tfjs-node-gpu/binding");
    const headers = join(root, "node_modules/node-api-headers/include");
    for (const folder of [binding, headers]) mkdirSync(folder, { recursive: true });
    writeFileSync(join(binding, "one.cc"), "int one;");
    writeFileSync(join(binding, "two.cc"), "int two;");
    writeFileSync(join(headers, "node_api.h"), "");
  }

  /** Puts another Python in place: the body of a shell script. */
  python(body: string): void {
    this.#script("python", body);
  }

  compiler(body: string): void {
    this.#script("g++", body);
  }

  #script(name: string, body: string): void {
    const path = join(this.folder, name);
    writeFileSync(path, `#!/bin/sh\nPLACE='${this.folder}'\n${body}\n`);
    chmodSync(path, 0o755);
  }

  /** What the set-up is called with; JSON but for the functions, so that a process of its own can have it too. */
  plain(): Pick<Options, "root" | "python" | "cacheDir"> & {
    pins: NonNullable<Options["machine"]>["pins"];
    cxx: string;
  } {
    const content = readFileSync(join(this.folder, "wheel.whl"));
    const sha256 = createHash("sha256").update(content).digest("hex");
    const pin = { name: "tensorflow-cpu", version: "1", sha256, bytes: content.length };
    const variant = { wheel: pin, unpackedBytes: 1000, diskBytes: 1000 };
    const tags = { platforms: ["any"], python: "3.11", implementation: "cp", abi: "cp311" };
    return {
      root: this.root,
      python: join(this.folder, "python"),
      cacheDir: this.cacheDir,
      cxx: join(this.folder, "g++"),
      pins: {
        ...tags,
        version: "1",
        libraries: LIBRARIES,
        headers: ["tensorflow/c/"],
        variants: { cpu: variant, gpu: variant },
        cuda: { wheels: [], diskBytes: 0 },
      },
    };
  }

  options(machine: Options["machine"] = {}): Options {
    const { pins, cxx, ...where } = this.plain();
    const prove = async () => ({ backend: "tensorflow", version: "1", gpu: false });
    return {
      ...where,
      say: (line) => this.said.push(line),
      progress: (_done, _total, label) => this.labels.add(label),
      machine: { ...(pins && { pins }), cxx, strip: undefined, prove, ...machine },
    };
  }

  /** How often the fake Python fetched, or the fake compiler ran. */
  count(what: "fetched" | "compiled"): number {
    const path = join(this.folder, what);
    return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n").length : 0;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** A wheel: both libraries, one header that is wanted and one file that is not. */
function wheel(): Buffer {
  const files = [
    ...LIBRARIES.map((name) => `tensorflow/${name}`),
    "tensorflow/include/tensorflow/c/c_api.h",
    "tensorflow/python/x.py",
  ];
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const name of files) {
    const content = Buffer.from(`content of ${name}`);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt32LE(content.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), fields, Buffer.from(name), content]);
    const entry = Buffer.alloc(46);
    entry.write("PK\u0001\u0002", 0, "latin1");
    fields.copy(entry, 6);
    entry.writeUInt32LE(offset, 42);
    central.push(entry, Buffer.from(name));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", 0, "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
