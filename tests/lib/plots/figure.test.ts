import { expect } from "chai";
import { figure, imageGrid, lookOf, parallelCoordinates, tensor, zeros } from "../../../lib/index.ts";
import { GREY, PALETTE } from "../../../lib/plots/theme.ts";
import { contrast } from "../../contrast.ts";

const PLOTLY = "application/vnd.plotly.v1+json";
const layout = { title: "Loss", xaxis: { title: "step" }, yaxis: { title: "nats", type: "log" } } as const;

function bundle(...args: Parameters<typeof figure>): Record<string, unknown> {
  const look = lookOf(figure(...args));
  return JSON.parse(JSON.stringify(look?.[PLOTLY]));
}

describe("a figure", () => {
  it("shows itself as plotly's JSON, an object that survives being sent, and as one line of text", () => {
    const look = lookOf(figure([{ type: "scatter", y: [3, 2, 1], name: "training" }], layout));
    expect(look?.[PLOTLY]).to.be.an("object");
    expect(JSON.parse(JSON.stringify(look?.[PLOTLY]))).to.deep.equal(look?.[PLOTLY]);
    expect(look?.["text/plain"]).to.equal("Figure: Loss (step against nats; scatter training)");
  });

  it("turns typed arrays and tensors into plain arrays, a matrix row by row", () => {
    const { data } = bundle(
      [
        { type: "scatter", x: new Float32Array([1, 2]), y: tensor([3, 4]) },
        {
          type: "heatmap",
          z: tensor([
            [1, 2],
            [3, 4],
          ]),
        },
        { type: "heatmap", z: [new Float64Array([1]), [2]] },
      ],
      layout,
    );
    expect(data).to.deep.equal([
      { type: "scatter", mode: "lines", x: [1, 2], y: [3, 4] },
      {
        type: "heatmap",
        z: [
          [1, 2],
          [3, 4],
        ],
      },
      { type: "heatmap", z: [[1], [2]] },
    ]);
  });

  it("leaves a gap where a number is not finite", () => {
    const { data } = bundle(
      [{ type: "scatter", mode: "markers", y: [1, Number.NaN, Number.POSITIVE_INFINITY, 2] }],
      layout,
    );
    expect(data).to.deep.equal([{ type: "scatter", mode: "markers", y: [1, null, null, 2] }]);
  });

  it("has a title and named axes, and keeps what it is told about them", () => {
    const { layout: json } = bundle([], { ...layout, height: 200 });
    expect(json).to.deep.include({ height: 200, title: { text: "Loss" } });
    expect(json).to.have.nested.property("yaxis.type", "log");
    expect(json).to.have.nested.property("xaxis.title.text", "step");
    // @ts-expect-error an axis without a title does not compile
    figure([], { title: "Loss", xaxis: {}, yaxis: { title: "nats" } });
  });

  it("says in words what there is: axes that have names, pictures by number, and each kind once", () => {
    expect(String(imageGrid(zeros([3, 8, 8]), { title: "Digits" }))).to.equal("Figure: Digits (3 pictures)");
    expect(String(parallelCoordinates({ rate: [1, 2], loss: [2, 1] }))).to.equal(
      "Figure: Trials (parcoords)",
    );
    const twins = [1, 2].map((last) => ({ type: "scatter", y: [0, last], name: "a run" }) as const);
    expect(String(figure(twins, { ...layout, xaxis: { title: "" } }))).to.equal(
      "Figure: Loss (nats; scatter a run)",
    );
    const bare = { title: "Bare", xaxis: { title: "" }, yaxis: { title: "" } };
    expect(String(figure([], bare))).to.equal("Figure: Bare");
  });

  it("lets the page show through", () => {
    const { layout: json } = bundle([], layout);
    expect(json).to.include({ paper_bgcolor: "rgba(0, 0, 0, 0)", plot_bgcolor: "rgba(0, 0, 0, 0)" });
  });

  it("is legible on white and on JupyterLab's dark page", () => {
    for (const page of ["#ffffff", "#111111"]) {
      expect(contrast(GREY, page)).to.be.above(4.3);
      for (const colour of PALETTE) expect(contrast(colour, page), `${colour} on ${page}`).to.be.above(3);
    }
  });
});
