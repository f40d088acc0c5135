// Bad ground: each fault ends in one clear sentence with the command that helps, and leaves nothing half-made.
// The command is the real one, called from outside in a copy of the clone; npm and Python are played here
// (real-tools.slow.test.ts has the real ones).
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { freePort } from "../../ports.ts";
import { ROOT } from "../../source.ts";
import { expectOneSentence, Ground, until } from "./ground.ts";

const LAB = ["lab", "--no-browser", "--reference", "none"];

describe("bad ground", function () {
  this.timeout(90_000);
  let ground: Ground;
  beforeEach(() => {
    ground = new Ground();
    ground.playTools();
  });
  afterEach(() => ground.remove());

  const bare = () => ({ env: { PATH: ground.barePath } });
  const put = (name: string, text = "") => writeFileSync(join(ground.home, name), text);
  const runsOf = (tool: string) => readFileSync(join(ground.home, `${tool}-runs`), "utf8").length / 2;

  it("no Python", async () => {
    rmSync(join(ground.bin, "python3"));
    const outcome = await ground.gradbook(LAB, bare());
    expectOneSentence(
      outcome,
      /needs Python 3\.10 or newer.* none on the PATH/,
      /apt-get install python3 python3-venv/,
    );
    expect(ground.made().filter((name) => name !== "build")).to.deep.equal(["setup"]);
  });

  it("a Python that is too old", async () => {
    ground.script("python3", 'echo "3 8 /usr/bin/python3"');
    expectOneSentence(await ground.gradbook(LAB, bare()), /this machine has 3\.8/, /apt-get install python3/);
    ground.expectNothingHalfMade();
  });

  it("a Python that answers something else", async () => {
    ground.script("python3", "echo hello");
    expectOneSentence(await ground.gradbook(LAB, bare()), /none on the PATH/, /apt-get install python3/);
  });

  it("a GRADBOOK_PYTHON that is none", async () => {
    const outcome = await ground.gradbook(LAB, { env: { GRADBOOK_PYTHON: "/nowhere/python" } });
    expectOneSentence(outcome, /GRADBOOK_PYTHON \(\/nowhere\/python\)/, /unset GRADBOOK_PYTHON/);
  });

  it("no venv module", async () => {
    ground.script("python3", 'case "$2" in *ensurepip*) exit 1 ;; esac; echo "3 11 $0"');
    const outcome = await ground.gradbook(LAB, bare());
    expectOneSentence(
      outcome,
      /Python 3\.11 is here, but its venv module is not/,
      /apt-get install python3\.11-venv/,
    );
    ground.expectNothingHalfMade();
  });

  it("no npm", async () => {
    rmSync(join(ground.bin, "npm"));
    expectOneSentence(await ground.gradbook(LAB, bare()), /npm was not found/, /install Node .* with npm/);
    ground.expectNothingHalfMade();
  });

  const faults: [string, "npm" | "pip", string, RegExp, RegExp][] = [
    [
      "no network for npm",
      "npm",
      "npm error code ENOTFOUND",
      /network could not be reached/,
      /connect, then: npm run lab/,
    ],
    [
      "no network for pip",
      "pip",
      "WARNING: Retrying after NewConnectionError\nERROR: No matching distribution found for pip (from versions: none)",
      /network could not be reached while installing JupyterLab/,
      /connect, then: npm run lab/,
    ],
    [
      "a disk full in the middle of npm",
      "npm",
      "npm error ENOSPC: no space left on device, write",
      /disk became full/,
      /free some space/,
    ],
    [
      "a disk full in the middle of pip",
      "pip",
      "OSError: [Errno 28] No space left on device",
      /disk became full/,
      /free some space/,
    ],
    [
      "another checksum from npm",
      "npm",
      "npm error code EINTEGRITY",
      /checksum differs/,
      /npm cache clean --force, then: npm run lab/,
    ],
    [
      "another checksum from pip",
      "pip",
      "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
      /checksum differs/,
      /pip cache purge, then: npm run lab/,
    ],
    [
      "a package that this Python cannot have",
      "pip",
      "ERROR: Could not find a version that satisfies the requirement x==1 (from versions: 0.1)\nERROR: No matching distribution found for x==1",
      /failed while installing JupyterLab: ERROR: No matching distribution/,
      /read .*pip\.log/,
    ],
    [
      "--offline without what it needs",
      "npm",
      "npm error code ENOTCACHED",
      /--offline/,
      /once with a network: npm run lab/,
    ],
  ];
  for (const [name, tool, output, what, helps] of faults) {
    it(name, async () => {
      put(`${tool}-fails`, output);
      expectOneSentence(await ground.gradbook(LAB), what, helps);
      expect(
        ground.made().filter((left) => /\.part$|lock$|environment\.json$|^\.venv$/.test(left)),
      ).to.deep.equal([]);
      if (tool === "npm") ground.expectNothingHalfMade();
      rmSync(join(ground.home, `${tool}-fails`));
      // Mended: what was done is not done again, what failed is.
      put("pip-fails", "ERROR: enough");
      await ground.gradbook(LAB);
      expect(runsOf("npm")).to.equal(1);
    });
  }

  it("--offline without JupyterLab", async () => {
    const outcome = await ground.gradbook([...LAB, "--offline"]);
    expectOneSentence(outcome, /JupyterLab is not here yet/, /once with a network: npm run lab/);
    ground.expectNothingHalfMade();
  });

  for (const host of ["127.0.0.1", "::1"]) {
    it(`a port in use on ${host}, before anything long begins`, async function () {
      const server = createServer();
      const port = await freePort();
      const listening = await new Promise((resolve) => {
        server.once("error", () => resolve(false));
        server.listen({ port, host }, () => resolve(true));
      });
      if (!listening) this.skip();
      try {
        const outcome = await ground.gradbook([...LAB, "--port", String(port)]);
        expectOneSentence(outcome, new RegExp(`Port ${port} is in use`), /npm run lab -- --port \d+/);
        expect(ground.made()).to.deep.equal([]);
      } finally {
        server.close();
      }
    });
  }

  it("a clone that cannot be written to", async function () {
    if (process.getuid?.() !== 0) this.skip();
    const outcome = await ground.gradbook(LAB, { uid: 65534 });
    expectOneSentence(
      outcome,
      /cannot be written to/,
      /^cp -r '.*mon clône' ~\/gradbook && .* && npm run lab$/,
    );
    expect(ground.made()).to.deep.equal([]);
  });

  it("two set-ups at once", async () => {
    put("npm-waits");
    const first = ground.start(LAB);
    await until(() => existsSync(join(ground.home, "npm-at-work")) || undefined);
    const outcome = await ground.gradbook(LAB);
    expectOneSentence(
      outcome,
      new RegExp(`process ${first.child.pid}\\b`),
      /wait until it has ended, then: npm run lab/,
    );
    // Ctrl-C ends the first in one sentence too, and npm with it.
    first.kill("SIGINT");
    expectOneSentence(await first.outcome, /ended \(SIGINT\)|failed while/, /npm run lab/);
    ground.expectNothingHalfMade();
  });

  it("ended from outside: its tool ends with it", async () => {
    put("npm-waits");
    ground.script("npm", ': > "$HOME/npm-at-work"; exec /bin/sleep 30');
    const first = ground.start(LAB);
    await until(() => existsSync(join(ground.home, "npm-at-work")) || undefined);
    const began = Date.now();
    first.child.kill("SIGTERM");
    expectOneSentence(await first.outcome, /npm was ended \(SIGTERM\)/, /npm run lab/);
    expect(Date.now() - began).to.be.below(5000);
  });

  for (const tool of ["npm", "pip"]) {
    it(`killed in the middle of ${tool}: done again`, async () => {
      put(`${tool}-waits`);
      const first = ground.start(LAB);
      await until(() => existsSync(join(ground.home, `${tool}-at-work`)) || undefined);
      first.kill("SIGKILL");
      await first.outcome;
      rmSync(join(ground.home, `${tool}-waits`));
      // It comes as far as the build, for which the played npm brought nothing.
      const outcome = await ground.gradbook(LAB);
      expectOneSentence(outcome, /npm packages are not installed/, /npm run lab/);
      expect(runsOf("npm")).to.equal(1);
      expect(runsOf("pip")).to.equal(2);
      expect(ground.made()).to.include.members(["setup/packages.json", "setup/environment.json"]);
    });
  }

  describe("what cannot be asked for", () => {
    const wrong: [string[], RegExp, RegExp][] = [
      [["lab", "--nonsense"], /--nonsense/, /gradbook\.mjs help/],
      [["lab", "--port"], /--port/, /gradbook\.mjs help/],
      [["lab", "--port", "--no-browser"], /--port/, /gradbook\.mjs help/],
      [["lab", "--port", "80a"], /“80a” is not a port/, /npm run lab -- --port \d+/],
      [["lab", "--port", "0"], /“0” is not a port/, /npm run lab -- --port \d+/],
      [["lab", "--port", "65536"], /“65536” is not a port/, /npm run lab -- --port \d+/],
      [["lab", "--node", "18"], /--node takes 20, 22, 24, not “18”/, /npm run lab -- --node 24/],
      [
        ["lab", "--reference", "cupy"],
        /--reference takes none, wasm, native/,
        /npm run lab -- --reference native/,
      ],
      [["lab", "extra"], /extra/, /gradbook\.mjs help/],
      [["fly"], /no command “fly”/, /gradbook\.mjs help/],
      [["constructor"], /no command “constructor”/, /gradbook\.mjs help/],
      [["kernel", "fly"], /not “fly”/, /kernel install/],
      [["kernel", "install", "--user", "--prefix", "x"], /exclude each other/, /gradbook\.mjs help/],
      [["kernel", "install", "--prefix", "x"], /npm packages are not installed/, /npm run lab/],
    ];
    for (const [args, what, helps] of wrong) {
      it(`gradbook ${args.join(" ")}`, async () => {
        expectOneSentence(await ground.gradbook(args), what, helps);
        expect(ground.made()).to.deep.equal([]);
      });
    }
    it("and help helps", async () => {
      for (const args of [[], ["help"], ["--help"], ["-h"]]) {
        const { code, stdout, stderr } = await ground.gradbook(args);
        expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
        expect(stdout).to.include("npm run lab");
      }
    });
  });

  it("a JupyterLab that ends before it is open", async () => {
    const env = { GROUND_MODULES: join(ROOT, "node_modules") };
    expectOneSentence(
      await ground.gradbook(LAB, { env }),
      /ended before it was open/,
      /jupyter\.log, or: npm run doctor/,
    );
    expect(ground.made()).to.include.members(["setup/packages.json", "setup/environment.json", "workbook"]);
  });
});
