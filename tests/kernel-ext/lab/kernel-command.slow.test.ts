import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../../source.ts";
import { expectOneSentence, Ground } from "./ground.ts";

describe("gradbook kernel", function () {
  this.timeout(90_000);
  let ground: Ground;
  beforeEach(() => {
    ground = new Ground();
    symlinkSync(join(ROOT, "node_modules"), join(ground.clone, "node_modules"));
  });
  afterEach(() => ground.remove());

  const prefix = () => join(ground.folder, "their jupyter");
  const kernels = (base = prefix()) => join(base, "share", "jupyter", "kernels");
  const spec = (folder: string) => JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8"));
  const kernel = (...args: string[]) => ground.gradbook(["kernel", ...args]);

  function foreign(name: string): string {
    const folder = join(kernels(), name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "kernel.json"), '{"argv":["python3"],"display_name":"Python 3"}');
    return folder;
  }

  it("installs, lists and uninstalls with --prefix", async () => {
    const installed = await kernel("install", "--prefix", prefix());
    expect(installed.stderr).to.equal("");
    expect(installed.stdout).to.include("“TypeScript (gradbook)”");
    expect(readdirSync(kernels())).to.deep.equal(["gradbook"]);
    const { argv, language, interrupt_mode } = spec(join(kernels(), "gradbook"));
    expect({ language, interrupt_mode }).to.deep.equal({ language: "typescript", interrupt_mode: "message" });
    expect(argv.at(-1)).to.equal("{connection_file}");
    expect(argv.filter((part: string) => part.startsWith("/")).every(existsSync)).to.equal(true);
    expect(argv.at(-2).startsWith(ground.clone)).to.equal(true);

    expect((await kernel("list", "--prefix", prefix())).stdout).to.match(
      /^gradbook {2}TypeScript \(gradbook\) {2}.*\n$/,
    );
    expect((await kernel("uninstall", "--prefix", prefix())).code).to.equal(0);
    expect(readdirSync(kernels())).to.deep.equal([]);
    expect((await kernel("list", "--prefix", prefix())).stdout).to.match(/No kernel .* → .*kernel install/);
  });

  it("installs the kernel for JavaScript beside the other", async () => {
    await kernel("install", "--prefix", prefix());
    const { stdout } = await kernel("install", "--prefix", prefix(), "--language", "javascript");
    expect(stdout).to.include("“JavaScript (gradbook)”");
    const { argv, language } = spec(join(kernels(), "gradbook-javascript"));
    expect(language).to.equal("javascript");
    expect(argv.slice(-3)).to.deep.equal(["{connection_file}", "--language", "javascript"]);
    const refused = await kernel("install", "--prefix", prefix(), "--language", "python");
    expectOneSentence(refused, /typescript or javascript, not “python”/, /--language javascript/);
    await kernel("uninstall", "--prefix", prefix(), "--language", "javascript");
    expect(readdirSync(kernels())).to.deep.equal(["gradbook"]);
  });

  const places: [string, (home: string) => NodeJS.ProcessEnv, string][] = [
    ["HOME", () => ({}), ".local/share/jupyter/kernels"],
    ["XDG_DATA_HOME", (home) => ({ XDG_DATA_HOME: join(home, "xdg") }), "xdg/jupyter/kernels"],
    ["JUPYTER_DATA_DIR", (home) => ({ JUPYTER_DATA_DIR: join(home, "data") }), "data/kernels"],
  ];
  for (const [name, env, folder] of places) {
    it(`goes to the user's kernels by ${name}, with or without --user`, async function () {
      if (process.platform !== "linux") this.skip();
      const call = { env: env(ground.home) };
      expect((await ground.gradbook(["kernel", "install", "--user"], call)).code).to.equal(0);
      expect((await ground.gradbook(["kernel", "install", "--name", "second"], call)).code).to.equal(0);
      expect(readdirSync(join(ground.home, folder)).sort()).to.deep.equal(["gradbook", "second"]);
      expect((await ground.gradbook(["kernel", "list"], call)).stdout).to.include("TypeScript (second)");
      expect((await ground.gradbook(["kernel", "uninstall", "--name", "second"], call)).code).to.equal(0);
      expect(readdirSync(join(ground.home, folder))).to.deep.equal(["gradbook"]);
    });
  }

  it("replaces its own kernel, and never another program's", async () => {
    await kernel("install", "--prefix", prefix());
    expect((await kernel("install", "--prefix", prefix())).code).to.equal(0);
    const python = foreign("python3");
    const outcome = await kernel("install", "--prefix", prefix(), "--name", "python3");
    expectOneSentence(outcome, /another program's kernel/, /kernel install --name gradbook/);
    expect(spec(python).display_name).to.equal("Python 3");
  });

  it("uninstalls nothing that is not its own", async () => {
    const python = foreign("python3");
    const outcome = await kernel("uninstall", "--prefix", prefix(), "--name", "python3");
    expectOneSentence(outcome, /is not one of gradbook's/, /kernel list/);
    expect(existsSync(python)).to.equal(true);
    expectOneSentence(await kernel("uninstall", "--prefix", prefix()), /is not there/, /kernel list/);
  });

  for (const name of ["..", ".", ".hidden", "a/b", "a b", "é", ""]) {
    it(`refuses “${name}” as a name`, async () => {
      foreign("python3");
      for (const verb of ["install", "uninstall"]) {
        const outcome = await kernel(verb, "--prefix", prefix(), `--name=${name}`);
        expectOneSentence(outcome, /cannot name a kernel/, /--name gradbook/);
      }
      expect(readdirSync(kernels())).to.deep.equal(["python3"]);
    });
  }

  it("lists one whose command is gone, or damaged, as broken", async () => {
    const folder = join(kernels(), "old");
    mkdirSync(folder, { recursive: true });
    const file = join(folder, "kernel.json");
    writeFileSync(file, '{"argv":["/nowhere/node"],"display_name":"Old","metadata":{"gradbook":{}}}');
    const { stdout } = await kernel("list", "--prefix", prefix());
    expect(stdout).to.match(/^old {2}Old {2}.* \(broken: \/nowhere\/node is gone → .*kernel install\)\n$/);
    writeFileSync(file, '{"metadata":{"gradbook":{}}}');
    expect((await kernel("list", "--prefix", prefix())).stdout).to.include("broken");
    writeFileSync(file, "{");
    expect((await kernel("list", "--prefix", prefix())).stdout).to.include("No kernel of gradbook's");
  });

  it("says where it could not write, and leaves nothing there", async () => {
    writeFileSync(prefix(), "a file where the folder should be");
    const outcome = await kernel("install", "--prefix", prefix());
    expectOneSentence(outcome, /writing/, /kernel install --prefix DIR/);
    expect(readFileSync(prefix(), "utf8")).to.include("a file");
  });
});
