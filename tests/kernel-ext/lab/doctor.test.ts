import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { fromSource } from "../../source.ts";
import { Ground } from "./ground.ts";

type Doctor = typeof import("../../../kernel-ext/lab/doctor.mjs");
type Part = Parameters<Doctor["report"]>[0][number];

describe("npm run doctor", function () {
  this.timeout(90_000);
  let ground: Ground;
  beforeEach(() => {
    ground = new Ground();
    ground.playTools();
  });
  afterEach(() => ground.remove());

  it("fits on one screen in a bare clone, and names what mends each part", async () => {
    const { code, stdout, stderr } = await ground.gradbook(["doctor"]);
    expect(stderr).to.equal("");
    expect(code).to.equal(1);
    const lines = stdout.trimEnd().split("\n");
    expect(lines).to.have.length.at.most(24);
    for (const line of lines) expect(line.length, line).to.be.at.most(120);
    for (const line of lines.filter((one) => one.startsWith("✗"))) expect(line).to.match(/ → \S/);
    expect(stdout)
      .to.match(/✓ Node +v\d+/)
      .and.to.match(/✗ npm packages .* → npm run lab/);
    expect(lines.at(-1)).to.match(/^\d+ of \d+ parts need mending$/);
    expect(ground.made()).to.deep.equal([]);
  });

  it("says so when there is no Python at all", async () => {
    rmSync(join(ground.bin, "python3"));
    const { code, stdout } = await ground.gradbook(["doctor"], { env: { PATH: ground.barePath } });
    expect(code).to.equal(1);
    expect(stdout).to.match(/✗ Python .* → .*apt-get install python3/);
  });

  it("sends whoever has the package and not a clone to what is there", async () => {
    rmSync(join(ground.clone, "package-lock.json"));
    const { code, stderr } = await ground.gradbook(["doctor"]);
    expect(code).to.equal(1);
    expect(stderr).to.match(/^✗ .*clone.* → .*gradbook kernel install.*\n$/);
  });

  it("ends with 0 when only what is optional is missing", async () => {
    const { report } = await fromSource<Doctor>("lab/doctor.mjs");
    const parts: Part[] = [
      { name: "Node", state: "ok", detail: "v20", mend: "never said" },
      { name: "g++", state: "optional", detail: "not here", mend: "apt" },
    ];
    const lines: string[] = [];
    expect(report(parts, (line) => lines.push(line))).to.equal(0);
    expect(lines).to.deep.equal(["✓ Node  v20", "– g++   not here  → apt", "All that is needed is here"]);
    expect(report([{ name: "x", state: "missing", detail: "" }], () => {})).to.equal(1);
  });

  it("stands damaged files", async () => {
    await ground.gradbook(["lab", "--no-browser", "--reference", "none"]);
    for (const file of ["packages.json", "environment.json", "choices.json"])
      writeFileSync(join(ground.clone, "build", "setup", file), "{");
    const { code, stderr } = await ground.gradbook(["doctor"]);
    expect({ code, stderr }).to.deep.equal({ code: 1, stderr: "" });
  });
});
