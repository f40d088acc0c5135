// What only shows in a process of its own: warnings, the environment, lies about the backend, a missing tfjs.
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect } from "chai";

const built = fileURLToPath(new URL("../../../", import.meta.url));
const INDEX = new URL("../../../lib/reference/index.js", import.meta.url).href;
const WITNESS = new URL("../../../lib/reference/witness.js", import.meta.url).href;

function projectRoot(): string {
  let folder = built;
  while (!existsSync(join(folder, "package-lock.json"))) folder = dirname(folder);
  return folder;
}

const root = projectRoot();
const ADDON = join(root, "node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node");

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

function node(script: string, env: NodeJS.ProcessEnv = {}, program: string = process.execPath): Promise<Ran> {
  const full: NodeJS.ProcessEnv = { ...process.env, GRADBOOK_REFERENCE: "", NODE_OPTIONS: "", ...env };
  return new Promise((resolve) => {
    const args = ["--input-type=module", "-e", script];
    execFile(program, args, { cwd: root, env: full }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
    });
  });
}

/** Skips where the native reference is not set up; in CI its absence is a failure. */
function needNative(test: Mocha.Context): void {
  if (existsSync(ADDON)) return;
  if (process.env.CI) throw new Error("the native reference is not set up: npm run lab");
  test.skip();
}

/** The running Node, and the others that the set-up has brought. */
function nodes(): string[] {
  const folder = join(root, "build/node");
  const others = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name, "bin/node")) : [];
  return [process.execPath, ...others.filter((path) => existsSync(path))];
}

const USE = `
  import { createRequire } from "node:module";
  const { reference } = await import(${JSON.stringify(INDEX)});
  const ref = await reference();
  const { tf } = ref;
  const load = createRequire(${JSON.stringify(pathToFileURL(join(root, "package.json")).href)});`;

describe("reference: process", () => {
  for (const program of nodes()) {
    it(`native and danfojs run without a word on stderr (${program})`, async function () {
      needNative(this);
      const script = `${USE}
        const dfd = load("danfojs-node");
        const table = new dfd.DataFrame([[1, 2], [3, 4]]);
        const top = ref.run((tf) => tf.topk(tf.tensor([1, 3, 2]), 2).values);
        console.log(process.version.length > 3, ref.backend, dfd.tensorflow === tf, table.mean().values.join(), top.data.join());`;
      const { stdout, stderr } = await node(script, {}, program);
      expect(stderr).to.equal("");
      expect(stdout.trim()).to.equal("true tensorflow true 1.5,3.5 3,2");
    });
  }

  it("hands danfojs the plain tfjs when another reference than native is demanded", async () => {
    const script = `${USE} console.log(ref.backend, load("danfojs-node").tensorflow === tf);`;
    const { stdout, stderr } = await node(script, { GRADBOOK_REFERENCE: "cpu" });
    expect(stderr).to.equal("");
    expect(stdout.trim()).to.equal("cpu true");
  });

  it("leaves TensorFlow's environment as the user set it", async function () {
    needNative(this);
    const script = `${USE} console.log(process.env.TF_CPP_MIN_LOG_LEVEL);`;
    const { stdout, stderr } = await node(script, { TF_CPP_MIN_LOG_LEVEL: "0" });
    expect(stdout.trim()).to.equal("0");
    expect(stderr).to.contain("tensorflow");
  });

  it("catches a backend that bears the name tensorflow and is another", async () => {
    const script = `${USE}
      const { proveBackend } = await import(${JSON.stringify(WITNESS)});
      const instance = tf.engine().findBackend("cpu");
      try { proveBackend({ tf, backend: "tensorflow", instance, detail: "" }); } catch (error) { console.log(error.message); }`;
    const { stdout } = await node(script, { GRADBOOK_REFERENCE: "cpu" });
    expect(stdout).to.contain(
      "should be answered by tensorflow, but under that name tfjs has a MathBackendCPU",
    );
  });

  it("catches kernels that are registered for tensorflow and never reach it", async function () {
    needNative(this);
    const script = `${USE}
      const { proveBackend } = await import(${JSON.stringify(WITNESS)});
      const kernelFunc = ({ backend }) => ({ dataId: backend.write(Float32Array.of(19, 22, 43, 50), [1, 2, 2], "float32"), shape: [1, 2, 2], dtype: "float32" });
      tf.unregisterKernel("BatchMatMul", "tensorflow");
      tf.registerKernel({ kernelName: "BatchMatMul", backendName: "tensorflow", kernelFunc });
      try { proveBackend({ tf, backend: "tensorflow", instance: tf.backend(), detail: "" }); } catch (error) { console.log(error.message); }`;
    const { stdout } = await node(script);
    expect(stdout).to.contain("never reached libtensorflow");
  });

  it("throws what is demanded and cannot be had, and never falls back from it", async () => {
    const script = `const { reference } = await import(${JSON.stringify(INDEX)});
      await reference().then((ref) => console.log(ref.backend), (error) => console.log(error.name, error.message));`;
    expect((await node(script, { GRADBOOK_REFERENCE: "wasm" })).stdout.trim()).to.equal("wasm");
    expect((await node(script, { GRADBOOK_REFERENCE: "none" })).stdout).to.contain("switched off");
    expect((await node(script, { GRADBOOK_REFERENCE: "fast" })).stdout).to.contain(
      "say native, wasm, cpu or none",
    );
  });

  describe("in a place without native, or without tfjs", () => {
    let place = "";
    beforeEach(() => {
      place = mkdtempSync(join(tmpdir(), "gradbook-reference-"));
      cpSync(join(built, "lib"), join(place, "lib"), { recursive: true });
      writeFileSync(join(place, "package.json"), '{ "type": "module" }');
    });
    afterEach(() => rmSync(place, { recursive: true, force: true }));

    const ask = (): string => `
      const { reference } = await import(${JSON.stringify(pathToFileURL(join(place, "lib/reference/index.js")).href)});
      await reference().then((ref) => console.log(ref.describe()), (error) => console.log(error.name, error.message));`;

    it("says what to install when there is no tfjs at all", async () => {
      const { stdout, stderr } = await node(ask());
      expect(stderr).to.equal("");
      expect(stdout)
        .to.match(/^ReferenceUnavailable/)
        .and.contain("npm install @tensorflow/tfjs");
    });

    it("falls back to wasm and says why, or throws where native was demanded", async function () {
      this.timeout(60_000);
      const from = join(root, "node_modules");
      const to = join(place, "node_modules");
      mkdirSync(to);
      const keep = (source: string): boolean =>
        !source.endsWith("tfjs_binding.node") && !source.endsWith(".map");
      cpSync(join(from, "@tensorflow"), join(to, "@tensorflow"), { recursive: true, filter: keep });
      for (const name of ["seedrandom", "node-fetch", "whatwg-url", "tr46", "webidl-conversions", "long"]) {
        cpSync(join(from, name), join(to, name), { recursive: true });
      }
      const fallen = await node(ask());
      expect(fallen.stderr).to.equal("");
      expect(fallen.stdout)
        .to.match(/^wasm \(/)
        .and.contain("the native reference is not set up: npm run lab sets it up");
      const demanded = await node(ask(), { GRADBOOK_REFERENCE: "native" });
      expect(demanded.stdout).to.match(/^ReferenceUnavailable the native reference is not set up/);
    });
  });
});
