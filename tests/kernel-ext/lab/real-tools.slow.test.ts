// The faults that the real npm and the real Python can be given: no network, other checksums, a full disk.
import { execFile, spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { expectOneSentence, Ground } from "./ground.ts";

const LAB = ["lab", "--no-browser", "--reference", "none"];
const NOWHERE = "http://127.0.0.1:9";

describe("bad ground with the real tools", function () {
  this.timeout(120_000);
  let ground: Ground;
  const realCache = spawnSync("npm", ["config", "get", "cache"], { encoding: "utf8" }).stdout.trim();

  beforeEach(() => {
    ground = new Ground();
  });
  afterEach(() => ground.remove());

  it("no network for npm: ends within half a minute", async () => {
    const began = Date.now();
    const outcome = await ground.gradbook(LAB, {
      env: { npm_config_registry: NOWHERE, npm_config_cache: join(ground.home, "empty") },
    });
    expectOneSentence(
      outcome,
      /network could not be reached while installing the npm/,
      /connect, then: npm run lab/,
    );
    expect(Date.now() - began).to.be.below(30_000);
    ground.expectNothingHalfMade();
  });

  it("no network for pip: ends within half a minute, and takes its half environment away", async () => {
    ground.playTools();
    rmSync(join(ground.bin, "python3"));
    const began = Date.now();
    const outcome = await ground.gradbook(LAB, {
      env: { PIP_INDEX_URL: NOWHERE, PIP_CACHE_DIR: join(ground.home, "empty"), PIP_FIND_LINKS: "" },
    });
    expectOneSentence(
      outcome,
      /network could not be reached while installing JupyterLab/,
      /connect, then: npm run lab/,
    );
    expect(Date.now() - began).to.be.below(30_000);
    expect(ground.made()).not.to.include(".venv").and.not.to.include("setup/environment.json");
  });

  it("--offline with an empty cache", async () => {
    const outcome = await ground.gradbook(["test", "--quick", "--offline"], {
      env: { npm_config_cache: join(ground.home, "empty") },
    });
    expectOneSentence(outcome, /--offline/, /once with a network: npm run test:quick/);
    ground.expectNothingHalfMade();
  });

  it("an npm package with another checksum than the lock file's", async () => {
    const file = join(ground.clone, "package-lock.json");
    const lock = JSON.parse(readFileSync(file, "utf8"));
    // One small package alone, so that the rest need not be fetched.
    const chai = { ...lock.packages["node_modules/chai"], integrity: `sha512-${"A".repeat(86)}==` };
    delete chai.dependencies;
    const project = { name: "gradbook", version: "0.0.0", dependencies: { chai: chai.version } };
    delete chai.dev;
    writeFileSync(join(ground.clone, "package.json"), JSON.stringify(project));
    const packages = { "": project, "node_modules/chai": chai };
    writeFileSync(file, JSON.stringify({ ...project, lockfileVersion: 3, requires: true, packages }));
    const outcome = await ground.gradbook(LAB, { env: { npm_config_cache: realCache } });
    expectOneSentence(outcome, /installing the npm packages.*checksum differs/, /npm cache clean --force/);
    ground.expectNothingHalfMade();
  });

  it("a Python package with another checksum than the requirements'", async () => {
    ground.playTools();
    rmSync(join(ground.bin, "python3"));
    const file = join(ground.clone, "kernel-ext", "lab", "requirements.txt");
    const text = readFileSync(file, "utf8");
    const pip = /^pip==.*\n(?: .*\n)*/m.exec(text)?.[0] ?? "";
    writeFileSync(file, text.replace(pip, pip.replaceAll(/sha256:\w+/g, `sha256:${"0".repeat(64)}`)));
    const cache = spawnSync("python3", ["-m", "pip", "cache", "dir"], { encoding: "utf8" }).stdout.trim();
    const outcome = await ground.gradbook(LAB, { env: { PIP_CACHE_DIR: cache } });
    expectOneSentence(outcome, /installing JupyterLab.*checksum differs/, /pip cache purge/);
    expect(ground.made()).not.to.include(".venv").and.not.to.include("setup/environment.json");
  });

  it("a disk that is full, beforehand and on the way", async function () {
    const mounting = 'mount -t tmpfs -o size="$1" none "$2"';
    if (spawnSync("unshare", ["-m", "sh", "-c", mounting, "sh", "1m", ground.home]).status !== 0) this.skip();
    const inside = async (size: string, before: string) => {
      const script = `${mounting} && cp -r "$3"/. "$2" && cd "$2" && { ${before}; } && "$4" kernel-ext/gradbook.mjs lab --no-browser --reference none; code=$?
        find . -name "*.part" -o -name lock -o -path "./build/setup/*.json" >&2; exit $code`;
      const place = join(ground.folder, "disk");
      if (!existsSync(place)) cpSync(ground.home, place, { recursive: true });
      const args = ["-m", "sh", "-c", script, "sh", size, place, ground.clone, process.execPath];
      return promisify(execFile)("unshare", args, { env: ground.environment() }).then(
        ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
        (error: { code: number; stdout: string; stderr: string }) => error,
      );
    };
    const beforehand = await inside("40m", "true");
    expectOneSentence(
      beforehand,
      /needs about 1\.\d GB on the disk of .* MB are free/,
      /free some space, then: npm run lab/,
    );
    // Our own check is talked out of it, so that the tool itself meets the end of the disk.
    ground.script(
      "npm",
      'head -c 100000000 /dev/zero > "$PWD/big" || { echo "npm error ENOSPC" >&2; exit 1; }',
    );
    const patched = "sed -i 's/bytes: [0-9]*e6,//' kernel-ext/lab/steps/*.mjs";
    expectOneSentence(await inside("40m", patched), /disk became full while/, /free some space/);
  });
});
