import { expect } from "chai";
import { fromSource } from "../../source.ts";

type ScreenModule = typeof import("../../../kernel-ext/lab/screen.mjs");

describe("the screen of the set-up", () => {
  let lib: ScreenModule;
  let written: string;
  const realNow = Date.now;
  let now = 0;
  before(async () => {
    lib = await fromSource<ScreenModule>("lab/screen.mjs");
  });
  beforeEach(() => {
    written = "";
    now = 1e6;
    Date.now = () => now;
  });
  afterEach(() => {
    Date.now = realNow;
  });

  const out = (isTTY: boolean, columns = 60) => ({
    isTTY,
    columns,
    write(text: string) {
      written += text;
    },
  });

  it("names sizes and durations as people do", () => {
    expect([0, 999, 1500, 2.4e6, 1.25e9].map(lib.size)).to.deep.equal([
      "1 kB",
      "1 kB",
      "2 kB",
      "2 MB",
      "1.3 GB",
    ]);
    const times = [0, 3149, 9949, 9951, 42_400, 99_900, 119_900, 185_000];
    expect(times.map(lib.duration)).to.deep.equal([
      "0.0 s",
      "3.1 s",
      "9.9 s",
      "10 s",
      "42 s",
      "1 min 40 s",
      "2 min 0 s",
      "3 min 5 s",
    ]);
  });

  it("moves one line in a terminal, no wider than it, and takes it away before the next that stays", () => {
    const screen = lib.screen(out(true));
    now += 10_000;
    screen.progress(1, 4, "a package with a name that is longer than any terminal has columns");
    expect(written.startsWith(`\r\x1b[2K  ${"█".repeat(6)}${"░".repeat(18)}  25 %`), written).to.equal(true);
    expect(written.slice("\r\x1b[2K".length)).to.have.length(59);
    written = "";
    screen.say("done");
    expect(written).to.equal("\r\x1b[2Kdone\n");
  });

  it("tells how long it will be, and does not draw more often than ten times a second", () => {
    const screen = lib.screen(out(true, 100));
    now += 10_000;
    screen.progress(1, 2, "half");
    expect(written).to.match(/half 10 s, 10 s left$/);
    written = "";
    now += 50;
    screen.progress(11, 20);
    expect(written).to.equal("");
    screen.progress(20, 20);
    expect(written).to.include("100 %");
  });

  it("writes a few plain lines elsewhere, and none of what is quick", () => {
    const screen = lib.screen(out(false));
    for (let i = 0; i <= 100; i++) screen.progress(i, 100, "quick");
    expect(written).to.equal("");
    screen.say("next");
    written = "";
    for (let i = 0; i <= 100; i++) {
      now += 100;
      screen.progress(i, 100, `file ${i}`);
    }
    expect(written).to.equal("  20 %  file 20\n  40 %  file 40\n  60 %  file 60\n  80 %  file 80\n");
    screen.clear();
    expect(written).not.to.include("\x1b");
  });

  it("stands a total of nothing", () => {
    lib.screen(out(true)).progress(3, 0);
    expect(written).to.include("  0 %");
  });
});
