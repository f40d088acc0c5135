// What an interaction meets in use: functions that are slow, asynchronous or throw now and then, cells of the same names,
// a player that its cell no longer shows.
import { expect } from "chai";
import { type Answer, type Json, type Kernel, plain } from "../kernel/client.ts";
import { onPage, opened, type Page } from "./page.ts";

const IMPORTS = `import { figure, tensor } from "gradbook";
import { interact, play, slider } from "gradbook/widgets";
const drawn = (height: number) => figure([{ type: "scatter", y: [0, height] }],
  { title: "Drawn", xaxis: { title: "x" }, yaxis: { title: "y" } });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));`;

describe("An interaction in use", function () {
  this.timeout(120_000);
  let kernel: Kernel;
  let page: Page;
  onPage(IMPORTS, (...both) => {
    [kernel, page] = both;
  });

  const only = (answer: Answer, model: string): string => opened(answer, model)[0]!.id;
  const outputsOf = (answer: Answer): Json[] => {
    const { id, state } = opened(answer, "Output")[0]!;
    return page.stateOf(id).outputs ?? state.outputs;
  };
  /** How many widgets stand between the controls and what was printed: a figure and its picture, or nothing. */
  const onStage = (answer: Answer): number => {
    const stage = opened(answer, "VBox").find(({ state }) => state.children.length !== 3)!;
    return (page.stateOf(stage.id).children ?? stage.state.children).length;
  };

  it("has an error in the place of the figure, and the figure again with the next good value", async () => {
    const answer = await page.ran(`interact({ n: slider(0, 4) }, ({ n }) => {
      if (n > 3) throw new RangeError("too high");
      return drawn(n);
    })`);
    expect(onStage(answer)).to.equal(2);
    const slider = only(answer, "FloatSlider");
    await page.changed(slider, { value: 3.5 });
    expect(onStage(answer), "the figure of another value").to.equal(0);
    const [failed] = outputsOf(answer);
    expect(failed).to.include({ ename: "RangeError", evalue: "too high" });
    expect(plain(failed.traceback).split("\n").length).to.be.below(12);
    await page.changed(slider, { value: 1 });
    expect(onStage(answer)).to.equal(2);
    expect(outputsOf(answer)).to.deep.equal([]);
  });

  it("is asked for the last of many values while it is slow", async () => {
    const answer = await page.ran(`const slow: number[] = [];
      interact({ n: slider(0, 1000) }, ({ n }) => { slow.push(n); const end = Date.now() + 100; while (Date.now() < end); return n; })`);
    const slider = only(answer, "FloatSlider");
    // A drag: a value every 20 ms, five times as many as there is time for.
    for (let value = 1; value <= 60; value++) {
      page.change(slider, { value });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await page.changed(slider, { value: 61 });
    expect(await kernel.value("slow.at(-1)")).to.equal("61");
    expect(Number(await kernel.value("slow.length"))).to.be.below(30);
    expect(outputsOf(answer)[0].data["text/plain"]).to.equal("61");
  });

  it("takes the last of many values of an asynchronous function, one after the other", async () => {
    const answer = await page.ran(`let inside = 0, most = 0; const awaited: number[] = [];
      interact({ n: slider(0, 1000) }, async ({ n }) => {
        most = Math.max(most, ++inside); await pause(30); inside--; awaited.push(n); return drawn(n);
      })`);
    const slider = only(answer, "FloatSlider");
    for (let value = 1; value <= 20; value++) page.change(slider, { value });
    await page.changed(slider, { value: 21 });
    expect(await kernel.value("[most, awaited.at(-1)]")).to.equal("[ 1, 21 ]");
    expect(onStage(answer)).to.equal(2);
  });

  it("shows whatever a function returns as a cell would", async () => {
    const made: readonly (readonly [string, (outputs: Json[]) => unknown])[] = [
      ["undefined", (outputs) => expect(outputs).to.deep.equal([])],
      ["null", ([one]) => expect(one.data["text/plain"]).to.equal("null")],
      ['"words"', ([one]) => expect(one.data["text/plain"]).to.equal("'words'")],
      ["tensor([[1, 2], [3, n]])", ([one]) => expect(one.data["text/html"]).to.match(/<table/)],
      ["Promise.resolve(n)", ([one]) => expect(one.data["text/plain"]).to.equal("2")],
    ];
    for (const [code, holds] of made)
      holds(outputsOf(await page.ran(`interact({ n: slider(0, 4) }, ({ n }) => ${code})`)));
  });

  it("leaves another of the same names in another cell alone", async () => {
    const one = await page.ran("interact({ n: slider(0, 4) }, ({ n }) => 'one ' + n)", { cellId: "first" });
    const two = await page.ran("interact({ n: slider(0, 4) }, ({ n }) => 'two ' + n)", { cellId: "second" });
    await page.changed(only(one, "FloatSlider"), { value: 3 });
    await page.changed(only(two, "FloatSlider"), { value: 1 });
    expect(outputsOf(one)[0].data["text/plain"]).to.equal("'one 3'");
    expect(outputsOf(two)[0].data["text/plain"]).to.equal("'two 1'");
  });

  it("computes nothing for a player of the run before", async () => {
    const metadata = { cellId: "plays" };
    await page.ran("let frames = 0;");
    const code = "interact({ frame: play(0, 1000) }, ({ frame }) => { frames++; return drawn(frame); })";
    const before = only(await page.ran(code, metadata), "Play");
    await page.changed(before, { value: 1 });
    await page.ran(code, metadata);
    for (let value = 2; value < 20; value++) page.change(before, { value });
    expect(await kernel.value("frames")).to.equal("3");
  });
});
