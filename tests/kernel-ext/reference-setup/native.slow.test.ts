import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { loadNative, NATIVE_URL, type Native, type Options, Place } from "./place.ts";

const ADDON = "node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node";
const PROGRESS_LINES = 'while [ $# -gt 0 ]; do [ "$1" = --dest ] && dest=$2; shift; done';

describe("reference set-up", () => {
  let native: Native;
  let place: Place;
  before(async () => {
    native = await loadNative();
  });
  beforeEach(() => {
    place = new Place();
  });
  afterEach(() => place.remove());

  const state = () => native.nativeState({ root: place.root, cacheDir: place.cacheDir });
  const library = () => join(place.cacheDir, "libtensorflow-1-cpu");

  /** The sentence and the advice that a failing set-up ends with. */
  async function failure(options: Options): Promise<string> {
    try {
      await native.installNative(options);
    } catch (error) {
      if (!(error instanceof native.NativeProblem)) throw error;
      expect(error.message, "one sentence").not.to.contain("\n");
      return String(error);
    }
    throw new Error("the set-up should have failed");
  }

  it("fetches, unpacks what is wanted, compiles, proves, and is then ready", async () => {
    expect(state().state).to.equal("missing");
    const result = await native.installNative(place.options());
    expect(result).to.include({ library: library(), version: "1", variant: "cpu" });
    expect(result.downloadedBytes).to.be.above(0);
    expect(readFileSync(join(library(), "lib/libtensorflow_cc.so.2"), "utf8")).to.contain("content of");
    expect(existsSync(join(library(), "include/tensorflow/c/c_api.h"))).to.equal(true);
    expect(readdirSync(library()).sort()).to.deep.equal(["addon", "include", "lib", "manifest.json"]);
    expect(readdirSync(place.cacheDir), "the wheel is gone").to.deep.equal(["libtensorflow-1-cpu"]);
    expect(state()).to.deep.include({ state: "ready", version: "1", variant: "cpu" });
    expect([...place.labels]).to.deep.equal([
      "downloading tensorflow-cpu 1",
      "unpacking",
      "compiling",
      "trying it out",
    ]);
  });

  it("downloads and compiles nothing for a second clone", async () => {
    await native.installNative(place.options());
    const compiled = place.count("compiled");
    const second = join(place.folder, "second");
    place.makeClone(second);
    const result = await native.installNative({ ...place.options(), root: second, offline: true });
    expect(result.downloadedBytes).to.equal(0);
    expect([place.count("fetched"), place.count("compiled")]).to.deep.equal([1, compiled]);
    expect(native.nativeState({ root: second, cacheDir: place.cacheDir }).state).to.equal("ready");
  });

  it("compiles again when the package's own code changes", async () => {
    await native.installNative(place.options());
    const compiled = place.count("compiled");
    writeFileSync(join(place.root, "node_modules/@tensorflow/tfjs-node-gpu/binding/one.cc"), "int changed;");
    await native.installNative(place.options());
    expect(place.count("compiled")).to.equal(2 * compiled);
    expect(place.count("fetched")).to.equal(1);
  });

  it("sees what is gone or damaged, and mends it", async () => {
    await native.installNative(place.options());
    rmSync(join(place.root, ADDON));
    expect(state().state).to.equal("missing");
    await native.installNative(place.options());
    writeFileSync(join(place.root, ADDON), "objecu\n");
    expect(state().state).to.equal("damaged");
    await native.installNative(place.options());
    writeFileSync(join(library(), "lib/libtensorflow_cc.so.2"), "short");
    expect(state().detail).to.contain("libtensorflow_cc.so.2").and.contain("damaged");
    await native.installNative(place.options());
    expect(state().state).to.equal("ready");
    expect(place.count("fetched")).to.equal(2);
  });

  it("fetches anew when the cached library has the right size and the wrong contents", async () => {
    await native.installNative(place.options());
    const path = join(library(), "lib/libtensorflow_cc.so.2");
    writeFileSync(path, Buffer.alloc(statSync(path).size, "x"));
    const prove = async () => {
      if (readFileSync(path, "utf8").startsWith("x")) throw new Error("Segmentation fault");
      return { backend: "tensorflow", version: "1", gpu: false };
    };
    await native.installNative(place.options({ prove }));
    expect(place.said).to.include("the cached library is damaged; fetching it again");
    expect(state().state).to.equal("ready");
  });

  it("leaves neither stamp nor addon when the proof fails", async () => {
    const prove = () =>
      Promise.reject(new native.NativeProblem("libtensorflow does not run here", "see the log"));
    expect(await failure(place.options({ prove }))).to.contain("does not run here");
    expect(existsSync(join(place.root, ADDON))).to.equal(false);
    expect(state().state).to.equal("missing");
  });

  it("removes a file with another hash, whoever notices", async () => {
    const options = place.options();
    const wheel = join(place.folder, "wheel.whl");
    writeFileSync(wheel, Buffer.concat([readFileSync(wheel), Buffer.from("!")]));
    expect(await failure(options)).to.match(/not the file we know .* was removed/);
    place.python(
      `echo "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES" >&2; echo "  Got ${"a".repeat(64)}" >&2; exit 1`,
    );
    expect(await failure(options)).to.contain("not the file we know (sha256 aaaaaaaaaaaa…");
    expect(readdirSync(place.cacheDir)).to.deep.equal([]);
  });

  const PIP: readonly [string, string, RegExp][] = [
    [
      "no network",
      "Temporary failure in name resolution",
      /cannot be downloaded \(no network.* once you are online/,
    ],
    ["an empty index", "ERROR: No matching distribution found for tensorflow-cpu==1", /cannot be downloaded/],
    ["a full disk", "OSError: [Errno 28] No space left on device", /^No space left .*GRADBOOK_CACHE/],
    ["no pip", "/usr/bin/python: No module named pip", /has no pip .*apt install/],
    ["an old pip", "invalid choice: 'raw' (choose from 'on', 'off')", /older than 24\.1/],
    ["anything else", "boom", /^pip could not download .*reference-pip\.log/],
  ];
  for (const [name, words, expected] of PIP) {
    it(`says in one sentence what pip means: ${name}`, async () => {
      place.python(`echo "${words}" >&2; exit 1`);
      expect(await failure(place.options())).to.match(expected);
      expect(readFileSync(join(place.root, "build/logs/reference-pip.log"), "utf8")).to.contain(words);
      expect(readdirSync(place.cacheDir)).to.deep.equal([]);
    });
  }

  it("says that there is no Python", async () => {
    expect(await failure({ ...place.options(), python: "/nowhere/python" })).to.match(
      /Python .* cannot be started \(ENOENT\)/,
    );
  });

  it("looks for space beforehand", async () => {
    expect(await failure(place.options({ freeBytes: async () => 10 }))).to.match(
      /No space left .*\(\d kB needed, 1 kB free\)/,
    );
    expect(place.count("fetched")).to.equal(0);
  });

  it("says what --offline lacks", async () => {
    expect(await failure({ ...place.options(), offline: true })).to.contain("start once without --offline");
  });

  it("says that the cache cannot be written", async () => {
    writeFileSync(join(place.folder, "file"), "");
    const cacheDir = join(place.folder, "file/cache");
    expect(await failure({ ...place.options(), cacheDir })).to.match(
      /cannot be written \(ENOTDIR\).*GRADBOOK_CACHE/,
    );
  });

  it("keeps the compiler's words and says where", async () => {
    place.compiler('echo "one.cc:1:1: error: no such thing" >&2; exit 1');
    expect(await failure(place.options())).to.match(/no such thing.*reference-compile\.log/);
    expect(readFileSync(join(place.root, "build/logs/reference-compile.log"), "utf8")).to.contain("$ ");
    place.compiler('while [ $# -gt 0 ]; do [ "$1" = -o ] && echo object > "$2"; shift; done');
    await native.installNative(place.options());
    expect(place.count("fetched"), "what was fetched is kept").to.equal(1);
  });

  it("says that there is no compiler, and that npm install was not run", async () => {
    expect(await failure(place.options({ cxx: "/nowhere/g++" }))).to.contain("apt install g++");
    rmSync(join(place.root, "node_modules"), { recursive: true });
    expect(await failure(place.options())).to.contain("npm install");
  });

  /** The same set-up in a process of its own. */
  function start(): { child: ReturnType<typeof spawn>; said: () => string; ended: Promise<number | null> } {
    const { pins, cxx, ...where } = place.plain();
    const script = `
      const { installNative } = await import(${JSON.stringify(NATIVE_URL)});
      const prove = async () => ({ backend: "tensorflow", version: "1", gpu: false });
      const machine = { pins: ${JSON.stringify(pins)}, cxx: ${JSON.stringify(cxx)}, strip: undefined, prove };
      await installNative({ ...${JSON.stringify(where)}, machine, say: (line) => console.log(line) });`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    return { child, said: () => text, ended };
  }

  it("does it again after being killed half-way, and clears what was left", async () => {
    place.python(
      `${PROGRESS_LINES}; echo half > "$dest/half.whl"; while kill -0 $PPID 2>/dev/null; do sleep 0.05; done`,
    );
    const first = start();
    const hasBegun = () =>
      existsSync(place.cacheDir) && readdirSync(place.cacheDir).some((name) => name.endsWith(".part"));
    while (!hasBegun()) await sleep(20);
    first.child.kill("SIGKILL");
    await first.ended;
    expect(readdirSync(place.cacheDir).some((name) => name.endsWith(".lock"))).to.equal(true);
    expect(state().state).to.equal("missing");
    place.python(`${PROGRESS_LINES}; cp "$PLACE/wheel.whl" "$dest/tensorflow_cpu-1.whl"`);
    await native.installNative(place.options());
    expect(state().state).to.equal("ready");
    expect(readdirSync(place.cacheDir)).to.deep.equal(["libtensorflow-1-cpu"]);
  });

  it("lets two at once do the work once", async () => {
    place.python(
      `${PROGRESS_LINES}; echo fetched >> "$PLACE/fetched"; sleep 0.6; cp "$PLACE/wheel.whl" "$dest/tensorflow_cpu-1.whl"`,
    );
    const both = [start(), start(), start()];
    expect(await Promise.all(both.map(({ ended }) => ended))).to.deep.equal([0, 0, 0]);
    expect(place.count("fetched")).to.equal(1);
    expect(both.filter(({ said }) => /another set-up \(process \d+\)/.test(said()))).to.have.length(2);
    expect(state().state).to.equal("ready");
  });
});

describe("reference set-up: advice", () => {
  const here = {
    platform: "linux",
    arch: "x64",
    glibc: "2.36",
    cpuinfo: "flags\t\t: fpu avx avx2\n",
    env: { PATH: "/usr/bin" },
  };

  it("says in one line why the native reference cannot be had, and what mends it", async () => {
    const { nativeAdvice } = await loadNative();
    expect(nativeAdvice({ ...here, platform: "darwin" })).to.contain("this is darwin on x64");
    expect(nativeAdvice({ ...here, arch: "arm64" })).to.contain("arm64");
    expect(nativeAdvice({ ...here, glibc: "" })).to.contain("another C library");
    expect(nativeAdvice({ ...here, glibc: "2.12" })).to.contain("here: 2.12");
    expect(nativeAdvice({ ...here, cpuinfo: "flags : fpu sse2\n" })).to.contain("AVX");
    expect(nativeAdvice({ ...here, env: { PATH: "/nowhere" } })).to.contain("apt install g++");
  });

  it("announces what is downloaded and what it takes", async () => {
    const { announcement } = await loadNative();
    expect(announcement.cpu.text).to.match(
      /^libtensorflow 2\.16\.2 \(cpu\): 214 MB to download, \d+ MB on disk$/,
    );
    expect(announcement.cuda.downloadBytes).to.be.above(announcement.gpu.downloadBytes);
  });
});
