// What users of other notebooks type: one line says what to write instead, and honest TypeScript is left alone.
import { expect } from "chai";
import { Kernel } from "./client.ts";

describe("habits from other notebooks", function () {
  this.timeout(60_000);
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start();
  });
  after(() => kernel.stop());

  for (const [cell, instead] of [
    ["%matplotlib inline", /no magics.*%matplotlib: nothing: a `figure/],
    [
      "%%time\nlet total = 0;\nfor (let i = 0; i < 10; i++) total += i;",
      /%time: `const start = performance\.now/,
    ],
    ["%timeit [1, 2].map(String)", /%timeit: .*performance\.now/],
    ["%load_ext autoreload", /read anew/],
    ["  %cd data", /process\.chdir\("data"\)/],
    ["%somethingelse with words", /execSync\("somethingelse with words"/],
    ["!ls", /“not” in TypeScript.*readdirSync/],
    ["!ls -la", /readdirSync/],
    ["! pip install numpy", /npm install/],
    ["!npm install three", /npm install/],
    ["!cat notes.txt", /readFileSync\("notes.txt", "utf8"\)/],
    ["!ffmpeg -i a.mp4 b.gif", /execSync\("ffmpeg -i a\.mp4 b\.gif"/],
    ["let beside = 2;\n?Math.max", /Math\.max: `Math\.max\?` in a cell of its own/],
    ["beside = 3;\nMath.max?", /Math\.max: .*Shift\+Tab/],
    ["beside = 4;\nMath.max??\n", /Math\.max: .*Shift\+Tab/],
    ["!echo $HOME", /execSync\("echo \$HOME"/],
    ["!./run.sh --fast", /execSync\("\.\/run\.sh --fast"/],
    ["!/bin/ls", /execSync\("\/bin\/ls"/],
    ["const files = !ls", /Instead of !ls: .*readdirSync/],
    ["took = %time 3", /performance\.now/],
    ["%%bash\nls -la", /execSync\("…"/],
    ["%run train.py", /execSync\("python3 train\.py"/],
    ["%debug", /the bug in the notebook's toolbar/],
    ["%who", /shows all variables/],
    ["%lsmagic", /TypeScript alone/],
    ["%history -n 5", /up arrow/],
    ["%memit work()", /memoryUsage/],
    ["%store weights", /JSON\.stringify/],
    ["%tb", /nothing: an error shows/],
    ["const before = 1;\n%time before", /line 2, column 1.*performance\.now/],
  ] as const) {
    it(`answers ${JSON.stringify(cell)} in one line`, async () => {
      const { reply } = await kernel.run(cell);
      expect(reply.ename).to.equal("SyntaxError");
      expect(reply.evalue).to.match(instead);
      expect(reply.traceback.filter((line: string) => line.includes("SyntaxError")).length).to.equal(1);
    });
  }

  for (const [cell, said] of [
    ["const ready = false;\n!ready", "true"],
    ["const seven = 7;\nseven\n  %4", "3"],
    ["`\n%matplotlib inline\n!ls`.length", "23"],
    ["const word = 'bin/ls';\n!/bin/.test(word)", "false"],
    ["const maybe = undefined as number | undefined;\nmaybe\n ? 1\n : 2", "2"],
  ] as const) {
    it(`runs ${JSON.stringify(cell)}`, async () => {
      expect(await kernel.value(cell)).to.equal(said);
    });
  }

  it("leaves other mistakes their own words", async () => {
    expect((await kernel.run("!redy")).reply.evalue).to.match(/Cannot find name 'redy'/);
    expect((await kernel.run("!/ab/.test(redy)")).reply.evalue).to.match(/Cannot find name 'redy'/);
    expect((await kernel.run("const other = !redy")).reply.evalue).to.match(/Cannot find name 'redy'/);
    expect((await kernel.run("let a = ;\n// %matplotlib inline")).reply.evalue).to.match(
      /Expression expected/,
    );
  });
});
