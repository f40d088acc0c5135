// `npm pack`, installed in an empty folder and used there by somebody else's Jupyter.

import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { fromSource, ROOT } from "../../source.ts";

const run = promisify(execFile);

describe("the package from npm pack, in an empty folder", function () {
  this.timeout(180_000);
  let place: string;
  let app: string;
  let prefix: string;

  before(async () => {
    place = mkdtempSync(join(tmpdir(), "gradbook pack "));
    app = join(place, "app");
    prefix = join(place, "jupyter");
    mkdirSync(app);
    // A clone in which nothing was built yet: the package has to build itself on first use.
    const bare = join(place, "clone");
    for (const file of await trackedFiles()) {
      mkdirSync(dirname(join(bare, file)), { recursive: true });
      cpSync(join(ROOT, file), join(bare, file));
    }
    const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", place], { cwd: bare });
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
    writeFileSync(join(app, "package.json"), `{"name":"app","private":true}`);
    await run(
      "npm",
      ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", join(place, filename)],
      {
        cwd: app,
      },
    );
  });
  after(() => rmSync(place, { recursive: true, force: true }));

  it("installs its kernel where it is told to", async () => {
    const { stdout } = await gradbook("kernel", "install", "--prefix", prefix, "--name", "packed");
    expect(stdout).to.include("Installed the kernel");
    const spec = JSON.parse(readFileSync(join(prefix, "share/jupyter/kernels/packed/kernel.json"), "utf8"));
    expect(spec.argv.every((part: string) => !part.startsWith("/") || existsSync(part))).to.equal(true);
    expect(JSON.stringify(spec)).not.to.include(join(ROOT, "build"));
  });

  it("runs cells that import its library, type-checked", async () => {
    const { labEnv } = await fromSource<typeof import("../../../kernel-ext/lab/lab.mjs")>("lab/lab.mjs");
    const { venvPython } =
      await fromSource<typeof import("../../../kernel-ext/lab/place.mjs")>("lab/place.mjs");
    const notebook = join(place, "cells.ipynb");
    const sources = [
      'import { softmax, tensor } from "gradbook";\nsoftmax(tensor([0, 0])).toArray()',
      "const n: number = 'one'",
    ];
    const cells = sources.map((source, index) => ({
      cell_type: "code",
      execution_count: null,
      id: `cell-${index}`,
      metadata: {},
      outputs: [],
      source,
    }));
    writeFileSync(notebook, JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
    const script = join(ROOT, "tests", "notebooks", "execute.py");
    const env = {
      ...labEnv(ROOT),
      JUPYTER_PATH: join(prefix, "share", "jupyter"),
      JUPYTER_PREFER_ENV_PATH: "0",
    };
    const { stdout } = await run(venvPython(ROOT), [script, notebook, place, "packed"], { env });
    const { cells: done } = JSON.parse(stdout);
    expect(done[0].outputs[0].data["text/plain"]).to.include("0.5, 0.5");
    expect(done[1].outputs[0].evalue).to.include("not assignable to type 'number'");
  });

  it("says that the lab needs a clone", async () => {
    const failure = await gradbook("lab").catch((error: Error & { stderr: string; code: number }) => error);
    expect(failure).to.have.property("code", 1);
    expect(failure.stderr).to.match(/^✗ .*clone.* → .*gradbook kernel install/);
  });

  it("takes its kernel away again", async () => {
    await gradbook("kernel", "uninstall", "--prefix", prefix, "--name", "packed");
    expect(existsSync(join(prefix, "share/jupyter/kernels/packed"))).to.equal(false);
  });

  function gradbook(...args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
    return run(join(app, "node_modules", ".bin", "gradbook"), args, { cwd: app });
  }
});

async function trackedFiles(): Promise<string[]> {
  const { stdout } = await run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: ROOT,
  });
  return stdout.split("\0").filter((file) => file && existsSync(join(ROOT, file)));
}
