// What people write by mistake, and what pages say that is not so.
import { expect } from "chai";
import { type Answer, type Json, type Kernel, plain } from "../kernel/client.ts";
import { onPage, opened, type Page } from "./page.ts";

const NAMES =
  "interact, slider, button, checkbox, play, range, select, text, progressBar, hbox, tabs, anywidget";

describe("Widgets on bad ground", function () {
  this.timeout(120_000);
  let kernel: Kernel;
  let page: Page;
  onPage(`import { ${NAMES} } from "gradbook/widgets"`, (...both) => {
    [kernel, page] = both;
  });

  const only = (answer: Answer, model: string): string => opened(answer, model)[0]!.id;
  /** What stands below the controls: as text. */
  const below = (answer: Answer): string | undefined => {
    const { id, state } = opened(answer, "Output")[0]!;
    const [first]: Json[] = page.stateOf(id).outputs ?? state.outputs;
    return first?.data?.["text/plain"];
  };

  it("say in one line what is wrong with them", async () => {
    for (const [code, words] of [
      ["slider(10, 0.1)", "slider: it goes from a number to a greater one, not from 10 to 0.1."],
      ["slider(NaN, 1)", "slider: it goes from a number to a greater one, not from NaN to 1."],
      ["slider(0, 1, { step: 5 })", "slider: a step of 5 is more than the whole way, which is 1."],
      ["slider(1, 10, { log: true, step: -1 })", "slider: a step is a number above 0, not -1."],
      ["range(0, 1, { value: [0.2] as never })", "range: undefined is not between 0 and 1."],
      ["play(0, 10, { value: 20 })", "play: 20 is not between 0 and 10."],
      ["play(0, 10, { step: 0 })", "play: a step is a number above 0, not 0."],
      ["play(0, 10, { interval: NaN })", "play: an interval is a number of milliseconds above 0, not NaN."],
      ["play(0, 10).value = 11", "play: 11 is not between 0 and 10."],
      ["progressBar(-1)", "progressBar: it goes from a number to a greater one, not from 0 to -1."],
      ["progressBar(3).value = NaN", "progressBar: NaN is not between 0 and 3."],
      ['checkbox("yes" as never)', "checkbox: it is true or false, not yes."],
      ["select([1, 2], { value: 3 as never })", "select: 3 is none of 1, 2."],
      ["hbox(3 as never)", "hbox: 3 is no widget."],
      ["tabs({ one: null as never })", "tabs: null is no widget."],
      ["anywidget({} as never)", "anywidget: esm is the text of a module or its address, not undefined."],
      ["interact({ a: 3 as never }, () => 1)", "interact: a is no control, as slider(0, 1) would be."],
      [
        "interact({ a: slider(0, 1) }, 5 as never)",
        "interact: after the controls comes a function of their values.",
      ],
    ] as const) {
      const { reply } = await kernel.run(code);
      expect(reply.evalue, code).to.equal(words);
    }
  });

  it("are checked by their types", async () => {
    for (const [code, words] of [
      ["interact({ t: slider(0.1, 10) }, ({ temp }) => temp)", /Property 'temp' does not exist/],
      ["interact({ t: slider(0.1, 10) }, ({ t }) => t.trim())", /'trim' does not exist on type 'number'/],
      ["interact({ t: 3 }, ({ t }) => t)", /'number' is not assignable to type 'Control<unknown>'/],
      ["interact({ t: slider(0.1, 10) })", /Expected 2 arguments/],
    ] as const) {
      const { reply } = await kernel.run(code);
      expect(reply.ename, code).to.equal("TypeCheckError");
      expect(reply.evalue, code).to.match(words);
    }
  });

  it("stand at a step of their own from the beginning, so that no page moves them", async () => {
    const startOf = async (code: string): Promise<readonly number[]> => {
      const { state } = opened(
        await page.ran(code),
        code.includes("log") ? "FloatLogSlider" : "FloatSlider",
      )[0]!;
      const exponent = code.includes("log") ? Math.log10(state.value) : state.value;
      const steps = (exponent - state.min) / state.step;
      expect(steps, code).to.be.closeTo(Math.round(steps), 1e-6);
      return [state.value, state.step];
    };
    expect(await startOf("slider(0.1, 10)")).to.deep.equal([5.05, 0.01]);
    // A finer step, where the value asks for it.
    expect(await startOf("slider(0, 10, { value: 0.25 })")).to.deep.equal([0.25, 0.01]);
    expect(await startOf("slider(0, 1, { value: 1 / 3 })")).to.deep.equal([0.33, 0.01]);
    expect(await startOf("slider(0, 10, { value: 3.14159, step: 1 })")).to.deep.equal([3, 1]);
    expect(await startOf("slider(1e-12, 2e-12)")).to.deep.equal([1.5e-12, 1e-14]);
    expect((await startOf("slider(1e-5, 1, { log: true, value: 0.003 })"))[0]).to.equal(0.003);
    expect((await startOf("slider(1, 100, { log: true, value: 50, step: 1 })"))[0]).to.equal(100);
  });

  it("neither run the function for other last digits that a page finds, nor hand them on", async () => {
    const answer = await page.ran(`let runs = 0;
      interact({ rate: slider(0.003, 0.3, { log: true, value: 0.03 }) }, ({ rate }) => { runs++; return rate; })`);
    const slider = only(answer, "FloatLogSlider");
    await page.changed(slider, { value: 10 ** Math.log10(0.03) * (1 + 1e-15) });
    expect(await kernel.value("runs")).to.equal("1");
    await page.changed(slider, { value: 10 ** Math.log10(0.3) * (1 + 1e-15) });
    expect(below(answer)).to.equal("0.3");
    await page.changed(slider, { value: 0.09999999999999977 });
    expect(below(answer)).to.equal("0.1");
    await page.changed(slider, { value: Math.PI / 50 });
    expect(below(answer)).to.equal(String(Math.PI / 50));
  });

  it("take no value from a page that is none of theirs, and tell it their own", async () => {
    const cases: readonly (readonly [string, string, string, readonly unknown[]])[] = [
      ["slider(0, 4)", "FloatSlider", "value", ["3", null, [], {}, true, -1, 5, 1e300]],
      ["range(0, 4)", "FloatRangeSlider", "value", [null, 3, "x", [1], ["a", "b"], [4, 2], [0, 9], {}]],
      ['select(["a", "b"])', "Dropdown", "index", [null, 2, -1, 0.5, "1", "length"]],
      ["checkbox(true)", "Checkbox", "value", [null, 0, "true"]],
      ['text("a")', "Text", "value", [null, 5, {}]],
      ["play(0, 9)", "Play", "value", [null, "3", 10, -1]],
    ];
    for (const [code, model, key, bad] of cases) {
      const answer = await page.ran(`interact({ it: ${code} }, ({ it }) => JSON.stringify(it))`);
      const before = below(answer);
      const { id, state } = opened(answer, model)[0]!;
      for (const value of bad) {
        await page.changed(id, { [key]: value });
        expect(page.said(id).at(-1), `${model} ${JSON.stringify(value)}`).to.deep.equal({
          method: "update",
          state: { [key]: state[key] },
          buffer_paths: [],
        });
      }
      expect(below(answer), model).to.equal(before);
    }
  });

  it("live through messages that are none", async () => {
    const answer = await page.ran("const lives = slider(0, 4); lives");
    const id = only(answer, "FloatSlider");
    const update = { method: "update", state: { value: 1 } };
    const messages: readonly unknown[] = [
      ...[null, 5, "x", [], {}, { method: "nope" }, { method: "custom" }],
      ...[5, null, [1, 2], "abc"].map((state) => ({ method: "update", state })),
      ...["no", [["value"]], [["a", "b"]], [null], [[]], [[{}]]].map((buffer_paths) => ({
        ...update,
        buffer_paths,
      })),
    ];
    for (const message of messages) {
      const said = await page.followed(page.tell(id, message));
      expect(said.filter(({ type }) => type === "error")).to.deep.equal([]);
    }
    const paths = [
      ["into", "__proto__", "polluted"],
      ["__proto__"],
      ["constructor", "prototype", "polluted"],
    ];
    const state = { into: {} };
    await page.followed(
      page.tell(id, { method: "update", state, buffer_paths: paths }, [Buffer.from([1]), Buffer.from([2])]),
    );
    expect(await kernel.value("[({} as any).polluted, lives.value]")).to.equal("[ undefined, 1 ]");
  });

  it("name what is chosen as people know it", async () => {
    const answer = await page.ran(`const sgd = () => 1; function adam() {}
      const chosen = select([sgd, adam, { rate: 0.1 }, NaN]); chosen.value = NaN; chosen`);
    const { state } = opened(answer, "Dropdown")[0]!;
    expect(state._options_labels).to.deep.equal(["sgd", "adam", "{ rate: 0.1 }", "NaN"]);
    expect(state.index).to.equal(3);
  });

  it("name none of the kernel's own files in an error, and are no `this` of a function", async () => {
    const answer = await page.ran(`interact({ a: slider(0, 1) }, function (this: unknown) {
      if (this !== undefined) throw new Error("this is something");
      throw new RangeError("mine");
    })`);
    const { id, state } = opened(answer, "Output")[0]!;
    const [error]: Json[] = page.stateOf(id).outputs ?? state.outputs;
    expect(error.evalue).to.equal("mine");
    expect(plain(error.traceback))
      .to.match(/Cell \[\d+\], line 3/)
      .and.not.to.match(/interact\.js|Interaction/);
  });

  it("stay with one cell when another no longer shows them, and end when none does", async () => {
    await page.ran("const both = slider(0, 1)");
    const [one, two] = [{ cellId: "one" }, { cellId: "two" }];
    const id = only(await page.ran("both", one), "FloatSlider");
    await page.ran("both", two);
    const closed = ({ outputs }: Answer): string[] =>
      outputs.filter(({ type }) => type === "comm_close").map(({ content }) => content.comm_id);
    expect(closed(await page.ran("hbox()", two))).not.to.include(id);
    expect(closed(await page.ran("hbox()", one))).to.include(id);
  });

  it("are whole again when a part that was closed is shown", async () => {
    const answer = await page.ran(
      "const part = slider(0, 4); const whole = interact({ part }, ({ part }) => part); whole",
    );
    const box = opened(answer, "VBox").at(-1)!.id;
    await page.followed(kernel.send("comm_close", { comm_id: only(answer, "FloatSlider"), data: {} }));
    await page.ran("part.value = 3");
    const again = only(await page.ran("whole"), "FloatSlider");
    expect(page.stateOf(box).children[0]).to.equal(`IPY_MODEL_${again}`);
    await page.changed(again, { value: 1 });
    expect(below(answer)).to.equal("1");
  });

  it("send no more of endless printing than a server lets through", async () => {
    const answer = await page.ran(`interact({ n: slider(0, 4) }, async ({ n }) => {
      const end = performance.now() + 4000;
      while (n > 3 && performance.now() < end) {
        console.log("a line that is printed over and over".repeat(30));
        await new Promise((resolve) => setTimeout(resolve));
      }
      return n;
    })`);
    const { id } = opened(answer, "Output")[0]!;
    const began = performance.now();
    await page.changed(only(answer, "FloatSlider"), { value: 4 });
    const seconds = (performance.now() - began) / 1000;
    const bytes = page.said(id).reduce((sum, data) => sum + JSON.stringify(data).length, 0);
    // At once, in the time, and the last, which comes when it is over.
    const most = 600_000 + 600_000 * seconds + 2 * JSON.stringify(page.said(id).at(-1)).length;
    expect(bytes).to.be.below(most);
    expect(page.said(id)).to.have.length.above(1);
  });
});
