import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { fromSource } from "../../source.ts";

type Build = typeof import("../../../kernel-ext/lab/build.mjs");

describe("the build", () => {
  let lib: Build;
  let from: string;
  let to: string;
  before(async () => {
    lib = await fromSource<Build>("lab/build.mjs");
  });
  beforeEach(() => {
    from = mkdtempSync(join(tmpdir(), "build é "));
    to = join(from, "build", "dist");
    write("package.json", '{"name":"gradbook","version":"1.2.3"}');
    write("lib/a.ts", 'import { b } from "./b.ts";\nexport const a: number = b;\n');
    write("lib/b.ts", "export const b: number = 1;\n");
  });
  afterEach(() => rmSync(from, { recursive: true, force: true }));

  function write(name: string, text: string): void {
    mkdirSync(dirname(join(from, name)), { recursive: true });
    writeFileSync(join(from, name), text);
  }
  const read = (name: string) => readFileSync(join(to, name), "utf8");
  const run = () => lib.build({ from, to });

  it("strips types, turns .ts into .js, and writes declarations and maps", async () => {
    expect(await run()).to.deep.equal({ files: 2, written: 2 });
    expect(read("lib/a.js")).to.include('from "./b.js"').and.not.to.include(": number");
    expect(read("lib/b.d.ts")).to.include("export declare const b: number");
    expect(JSON.parse(read("lib/a.js.map")).sources).to.deep.equal(["../../../lib/a.ts"]);
    const { snapshot, ...about } = JSON.parse(read("package.json"));
    expect(about).to.deep.equal({ type: "module", name: "gradbook-built", version: "1.2.3" });
    expect(snapshot).to.match(/^[0-9a-f]{16}$/);
  });

  it("writes only what changed", async () => {
    await run();
    const key = () => JSON.parse(read("package.json")).snapshot;
    const before = key();
    expect((await run()).written).to.equal(0);
    expect(key()).to.equal(before);
    write("lib/b.ts", "export const b: number = 2;\n");
    utimesSync(join(from, "lib/b.ts"), new Date(), new Date(Date.now() + 1000));
    expect((await run()).written).to.equal(1);
    expect(read("lib/b.js")).to.include("2");
    expect(key(), "what the snapshot is made of has changed").not.to.equal(before);
  });

  it("sees an older file put in place of a newer one", async () => {
    await run();
    write("lib/b.ts", "export const b: number = 3;\n");
    utimesSync(join(from, "lib/b.ts"), 1e9, 1e9);
    expect((await run()).written).to.equal(1);
    expect(read("lib/b.js")).to.include("3");
  });

  it("removes the output of a source that is gone, and old halves, but none that another build is writing", async () => {
    await run();
    rmSync(join(from, "lib/b.ts"));
    writeFileSync(join(to, "lib/a.js.1-0.part"), "");
    utimesSync(join(to, "lib/a.js.1-0.part"), 1e9, 1e9);
    writeFileSync(join(to, "lib/a.js.2-0.part"), "");
    await run();
    for (const gone of ["b.js", "b.js.map", "b.d.ts", "a.js.1-0.part"])
      expect(existsSync(join(to, "lib", gone)), gone).to.equal(false);
    expect(existsSync(join(to, "lib/a.js.2-0.part"))).to.equal(true);
  });

  it("redoes a file whose build was ended before its JavaScript was there", async () => {
    await run();
    rmSync(join(to, "lib/a.js"));
    expect((await run()).written).to.equal(1);
  });

  it("compiles AssemblyScript to two wasm modules, again only when a source has changed", async function () {
    this.timeout(60_000);
    const source = "export function twice(x: f32): f32 {\n  return 2 * x;\n}\n";
    write("lib/kernels/wasm/index.ts", source);
    expect((await run()).written).to.equal(4);
    for (const flavour of ["simd", "relaxed"]) {
      const bytes = readFileSync(join(to, `lib/kernels/wasm/${flavour}.wasm`));
      expect(WebAssembly.Module.exports(new WebAssembly.Module(bytes))).to.deep.include({
        name: "twice",
        kind: "function",
      });
    }
    expect(existsSync(join(to, "lib/kernels/wasm/index.js"))).to.equal(false);
    expect((await run()).written).to.equal(0);
    write("lib/kernels/wasm/index.ts", source.replace("2 *", "two *"));
    const error: unknown = await run().catch((reason: unknown) => reason);
    expect(String(error)).to.include("lib/kernels/wasm does not compile").and.to.include("index.ts(2,");
  });

  it("names the file that has a syntax error, in one sentence", async () => {
    write("lib/b.ts", "export const = 1;\n");
    const error: unknown = await run().catch((reason: unknown) => reason);
    expect(String(error)).to.match(/^lib\/b\.ts: .+ → npm run check$/);
    expect(existsSync(join(to, "lib/b.js"))).to.equal(false);
  });
});
