import { expect } from "chai";
import { type Json, Kernel } from "./client.ts";

describe("Display", function () {
  this.timeout(30_000);
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
    ["(x: number) => x", "[Function (anonymous)] (x)"],
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
