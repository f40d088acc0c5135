import { expect } from "chai";
import { type Json, Kernel } from "./client.ts";

describe("Display", function () {
  this.timeout(90_000);
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start();
  });
  after(() => kernel.stop());

  async function outputs(code: string): Promise<[type: string, content: Json][]> {
    const answer = await kernel.run(code);
    expect(answer.reply.status, answer.reply.evalue).to.equal("ok");
    return answer.outputs.slice(1).map(({ type, content }) => [type, content]);
  }

  it("asks a value how it looks, and sends JSON types as JSON", async () => {
    const figure = `({ [Symbol.for("Jupyter.display")]: async () => ({
      "application/vnd.plotly.v1+json": { data: [{ y: [1] }], layout: {} },
      "image/png": new Uint8Array([1, 2, 3]),
      "text/plain": "a figure" }) })`;
    const [[type, { data }]] = (await outputs(figure)) as [[string, Json]];
    expect(type).to.equal("execute_result");
    expect(data).to.deep.equal({
      "application/vnd.plotly.v1+json": { data: [{ y: [1] }], layout: {} },
      "image/png": "AQID",
      "text/plain": "a figure",
    });
  });

  it("shows a value that cannot say how it looks as text, and says why", async () => {
    const shown = await outputs(
      '({ a: 1, [Symbol.for("Jupyter.display")]() { throw new Error("no look") } })',
    );
    expect(shown[0]?.[1].text).to.include("no look");
    expect(shown[1]?.[1].data["text/plain"]).to.include("a: 1");
  });

  for (const [code, text] of [
    ["new Float32Array([1, 2])", "Float32Array(2) [ 1, 2 ]"],
    ["new Map([['a', new Set([1])]])", "Map(1) { 'a' => Set(1) { 1 } }"],
    ["class Shape { sides = 3 }\nnew Shape()", "Shape { sides: 3 }"],
    ["(x: number) => x", "function (x: number): number"],
    ["({ data: [], layout: {} })", "{ data: [], layout: {} }"],
    ["10n ** 20n", "100000000000000000000n"],
    ["null", "null"],
  ] as const) {
    it(`shows ${code} as text`, async () => {
      expect(await kernel.value(code)).to.equal(text);
    });
  }

  it("never sends a huge value whole", async () => {
    expect((await kernel.value("new Float64Array(1e6)"))?.length).to.be.lessThan(100_000);
    expect((await kernel.value("'x'.repeat(5e7)"))?.length).to.be.lessThan(110_000);
    expect(
      (await kernel.value("Array.from({ length: 300 }, () => Array(300).fill('wide'.repeat(50)))"))?.length,
    ).to.be.lessThan(110_000);
  });

  it("shows a value at once, replaces it by its id, and clears", async () => {
    const shown = await outputs(
      'display(1, { id: "d" }); display(2, { id: "d" }); display.clear({ wait: true });',
    );
    expect(shown.map(([type]) => type)).to.deep.equal([
      "display_data",
      "update_display_data",
      "clear_output",
    ]);
    expect(shown[1]?.[1]).to.deep.equal({
      data: { "text/plain": "2" },
      metadata: {},
      transient: { display_id: "d" },
    });
    expect(shown[2]?.[1]).to.deep.equal({ wait: true });
  });

  it("hands out a handle that replaces what was shown, later cells included", async () => {
    const shown = await outputs("const handle = display(1); handle.update([2]); handle");
    expect(shown.map(([type, { data }]) => [type, data["text/plain"]])).to.deep.equal([
      ["display_data", "1"],
      ["update_display_data", "[ 2 ]"],
    ]);
    const later = await outputs("handle.update('later');");
    expect(later[0]?.[1].data["text/plain"]).to.equal("'later'");
    expect(later[0]?.[1].transient).to.deep.equal(shown[0]?.[1].transient);
    expect((await outputs('display("as the last value")')).map(([type]) => type)).to.deep.equal([
      "display_data",
    ]);
  });

  it("shows anew what a cell that runs again has named, for its outputs are gone", async () => {
    for (let times = 0; times < 2; times++) {
      const [[type]] = (await outputs('display(1, { id: "again" });')) as [[string, Json]];
      expect(type).to.equal("display_data");
    }
  });

  it("keeps the order of looks that take time, before the cell ends, and shows their errors", async () => {
    const shown = await outputs(`
      const slow = (text: string, ms: number) => ({ [Symbol.for("Jupyter.display")]: () =>
        new Promise((resolve) => setTimeout(() => resolve({ "text/plain": text }), ms)) });
      const one = display(slow("first", 60)); one.update(slow("second", 5)); one.update("third");`);
    expect(shown.map(([, { data }]) => data["text/plain"])).to.deep.equal(["first", "second", "'third'"]);
    const failing = await outputs(
      'display({ [Symbol.for("Jupyter.display")]: async () => { throw new Error("no look") } });',
    );
    expect(failing[0]?.[1].evalue).to.equal("no look");
  });

  it("has a call for each kind of contents", async () => {
    const bytes = "new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1])";
    const shown = await outputs(`
      display.text("t"); display.html("<b>h</b>"); display.markdown("*m*"); display.latex("$x$");
      display.svg("<svg/>"); display.javascript("1"); display.json({ a: 1 }); display.png(${bytes});
      display.image(${bytes}); display.image(${bytes}, "image/webp"); display.raw("application/geo+json", "[1]");
      display.plotly({ data: [{ y: [1] }], layout: {} });
      display.bundle({ "text/plain": "p", "text/html": "<p>" });
      const live = display.html("<i>1</i>"); live.update("<i>2</i>");`);
    expect(shown.map(([, { data }]) => data)).to.deep.equal([
      { "text/plain": "t" },
      { "text/html": "<b>h</b>" },
      { "text/markdown": "*m*", "text/plain": "*m*" },
      { "text/latex": "$x$", "text/plain": "$x$" },
      { "image/svg+xml": "<svg/>" },
      { "text/javascript": "1" },
      { "application/json": { a: 1 }, "text/plain": '{\n  "a": 1\n}' },
      { "image/png": "iVBORwE=" },
      { "image/png": "iVBORwE=" },
      { "image/webp": "iVBORwE=" },
      { "application/geo+json": [1] },
      {
        "application/vnd.plotly.v1+json": { data: [{ y: [1] }], layout: {} },
        "text/plain": "[plotly figure of 1 trace]",
      },
      { "text/plain": "p", "text/html": "<p>" },
      { "text/html": "<i>1</i>" },
      { "text/html": "<i>2</i>" },
    ]);
    expect((await kernel.run("display.html(3)")).reply.ename).to.equal("TypeCheckError");
    expect((await kernel.run("display.image(new Uint8Array(3))")).reply.evalue).to.include("name its type");
  });

  it("sends what JSON cannot hold as well as it can", async () => {
    const shown = await outputs(
      'const o: Record<string, unknown> = { big: 2n }; display.raw("application/json", o); o.o = o; display.raw("application/json", o);',
    );
    expect(shown[0]?.[1].data["application/json"]).to.deep.equal({ big: "2" });
    expect(shown[1]?.[1].data["application/json"]).to.include("cannot be sent: Converting circular");
  });

  it("limits what a cell shows and prints together, says how to lift that, and lifts it", async () => {
    const one = "display.text('x'.repeat(400_000));";
    const shown = await outputs(`${one.repeat(4)} console.log("more")`);
    expect(shown.map(([type]) => type)).to.deep.equal(["display_data", "display_data", "stream"]);
    expect(shown[2]?.[1].name).to.equal("stderr");
    expect(shown[2]?.[1].text).to.match(/shows more than 1 MB: .*display\.limit\(10000000\).*characters/s);
    const printed = await outputs("for (let i = 0; i < 1e6; i++) console.log(i);");
    expect(printed.at(-1)?.[1].text).to.match(/printed more than 1 MB: the rest is not shown/);
    expect(await outputs(`display.limit(2e6); ${one.repeat(4)}`)).to.have.lengthOf(4);
    const updates = await outputs(
      "const h = display(0); for (let i = 0; i < 8; i++) h.update('y'.repeat(9000))",
    );
    expect(updates).to.have.lengthOf(9);
    await outputs("display.limit(1e6);");
  });

  it("replaces in place a hundred times a second at most, and ends with the last", async () => {
    const shown = await outputs(
      "const flood = display('start'); for (let i = 1; i <= 100_000; i++) flood.update(i); flood.update('end')",
    );
    expect(shown.length).to.be.within(50, 1000);
    expect(shown.at(-1)?.[1].data["text/plain"]).to.equal("'end'");
    const later = await outputs(`const slow = display(0); for (let i = 1; i <= 150; i++) slow.update(i);
      await new Promise((resolve) => setTimeout(resolve, 150)); console.log("after");`);
    expect(later.at(-2)?.[1].data["text/plain"]).to.equal("150");
    expect(later.at(-1)?.[1].text).to.equal("after\n");
  });

  it("keeps the order of streams and displays, in a flood too", async () => {
    const shown = await outputs(`for (let i = 0; i < 300; i++) {
      console.log("o" + i); display.text("d" + i); console.error("e" + i); }`);
    const texts = shown.map(([, content]) => (content.text ?? content.data["text/plain"]).trim());
    expect(texts).to.deep.equal(Array.from({ length: 300 }, (_, i) => [`o${i}`, `d${i}`, `e${i}`]).flat());
  });

  it("takes tslab's calls", async () => {
    const shown = await outputs(`import * as tslab from "tslab";
      tslab.display.html("<b>h</b>"); tslab.display.png(new Uint8Array([1, 2, 3]));
      tslab.display.raw("application/json", { a: 1 });
      const one = tslab.newDisplay(); one.text("first"); one.markdown("*second*");`);
    expect(shown.map(([type, { data }]) => [type, data])).to.deep.equal([
      ["display_data", { "text/html": "<b>h</b>" }],
      ["display_data", { "image/png": "AQID" }],
      ["display_data", { "application/json": { a: 1 } }],
      ["display_data", { "text/plain": "first" }],
      ["update_display_data", { "text/markdown": "*second*" }],
    ]);
    expect((await kernel.run("tslab.display.html(3)")).reply.ename).to.equal("TypeCheckError");
  });
});
