import { expect } from "chai";
import { type Answer, type Json, type Kernel, plain, printed } from "../kernel/client.ts";
import { onPage, opened, type Page } from "./page.ts";

const CELL = `import { figure } from "gradbook";
import { interact, slider, button, checkbox, play, range, select, text, label, progressBar, output, tabs, hbox, vbox, anywidget } from "gradbook/widgets";
const drawn = (height: number) => figure(
  [{ type: "scatter", y: Array.from({ length: 1000 }, (_, i) => i * height) }, { type: "scatter", y: [1, 2] }],
  { title: "Drawn", xaxis: { title: "x" }, yaxis: { title: "y" } });`;
const INTERACT = "interact({ height: slider(0, 4) }, ({ height }) => drawn(height))";

describe("Widgets over the wire", function () {
  this.timeout(120_000);
  let kernel: Kernel;
  let page: Page;
  onPage(CELL, (...both) => {
    [kernel, page] = both;
  });

  it("show a figure with its slider, and the figure alone to those who have no widgets", async () => {
    const answer = await page.ran(INTERACT);
    const [box] = opened(answer, "VBox").slice(-1);
    const shown = answer.outputs.find(({ type }) => type === "execute_result")?.content.data;
    expect(shown["application/vnd.jupyter.widget-view+json"]).to.deep.equal({
      model_id: box?.id,
      version_major: 2,
      version_minor: 0,
    });
    expect(shown["application/vnd.plotly.v1+json"].data[0].y).to.have.length(1000);
    expect(shown["image/svg+xml"]).to.match(/^<svg xmlns.*<polyline/);
    expect(shown["text/plain"]).to.equal("Figure: Drawn (x against y; scatter)");
    const [figure] = opened(answer, "Any");
    expect(figure?.open.metadata).to.deep.equal({ version: "2.1.0" });
    expect(figure?.open.content.data.buffer_paths).to.deep.equal([["trace_0", "y", "floats"]]);
    const bytes = figure?.open.buffers[0] ?? new Uint8Array();
    expect(new Float64Array(Uint8Array.from(bytes).buffer)[999]).to.equal(1998);
    for (const child of box!.state.children) expect(child).to.match(/^IPY_MODEL_[\w-]{36}$/);
  });

  it("send of a figure what has changed, and echo what a front end has", async () => {
    const answer = await page.ran(INTERACT);
    const [slider] = opened(answer, "FloatSlider");
    const [figure] = opened(answer, "Any");
    const heard = await page.changed(slider!.id, { value: 3 });
    expect(heard.find(({ type }) => type === "comm_msg")?.content).to.deep.equal({
      comm_id: slider!.id,
      data: { method: "echo_update", state: { value: 3 }, buffer_paths: [] },
    });
    const [update] = page.said(figure!.id);
    expect(Object.keys(update.state)).to.deep.equal(["trace_0"]);
    expect(update.buffer_paths).to.deep.equal([["trace_0", "y", "floats"]]);
  });

  it("have every control's value both ways", async () => {
    const answer =
      await page.ran(`const all = { a: slider(0, 1), b: range(0, 10), c: select(["sgd", "adam"]), d: checkbox(true),
        e: text("x"), f: button("press"), g: play(0, 9), h: slider(1, 100, { log: true }), i: select({ one: 1, two: 2 }) };
      const seen: unknown[] = [];
      interface Typed { c: "sgd" | "adam"; i: 1 | 2; b: readonly [number, number]; d: boolean; e: string; f: number }
      interact(all, (now) => { const typed: Typed = now; seen.push(now); })`);
    const only = (model: string, at = 0): string => opened(answer, model)[at]!.id;
    await page.changed(only("FloatSlider"), { value: 0.25 });
    await page.changed(only("FloatRangeSlider"), { value: [2, 3] });
    await page.changed(only("Dropdown"), { index: 1 });
    await page.changed(only("Checkbox"), { value: false });
    await page.changed(only("Text"), { value: "<b>é" });
    await page.changed(only("Play"), { value: 4 });
    await page.changed(only("FloatLogSlider"), { value: 50 });
    await page.changed(only("Dropdown", 1), { index: 1 });
    const press = kernel.send("comm_msg", {
      comm_id: only("Button"),
      data: { method: "custom", content: { event: "click" } },
    });
    await kernel.until(() => kernel.said(press, "status").length === 2, "idle");
    expect(await kernel.value("JSON.stringify(seen.at(-1))")).to.equal(
      `'{"a":0.25,"b":[2,3],"c":"adam","d":false,"e":"<b>é","f":1,"g":4,"h":50,"i":2}'`,
    );
    await page.ran(`all.a.value = 0.75; all.b.value = [1, 9]; all.c.value = "sgd"; all.d.value = true; all.e.value = "y";
      all.g.value = 7; all.h.value = 10; all.i.value = 1`);
    expect(page.stateOf(only("FloatSlider")).value).to.equal(0.75);
    expect(page.stateOf(only("FloatRangeSlider")).value).to.deep.equal([1, 9]);
    expect(page.stateOf(only("Dropdown")).index).to.equal(0);
    expect(page.stateOf(only("Checkbox")).value).to.equal(true);
    expect(page.stateOf(only("Text")).value).to.equal("y");
    expect(page.stateOf(only("Play")).value).to.equal(7);
    expect(await kernel.value("JSON.stringify(seen.at(-1))")).to.include('"a":0.75,"b":[1,9],"c":"sgd"');
  });

  it("refuse what is no value of theirs, in one line", async () => {
    for (const [code, words] of [
      ["slider(3, 1)", /^slider: it goes from a number to a greater one, not from 3 to 1\.$/],
      ["slider(0, 1, { value: 2 })", /^slider: 2 is not between 0 and 1\.$/],
      ["slider(0, 1, { log: true })", /begins above 0/],
      ["slider(0, 1, { step: 0 })", /a step is a number above 0, not 0/],
      ["range(0, 1, { value: [1, 0] })", /not from 1 to 0/],
      ["select([])", /nothing to select from/],
      ["play(0, 1.5)", /play: max is a whole number, not 1\.5/],
    ] as const) {
      const { reply } = await kernel.run(code);
      expect(reply.evalue, code).to.match(words);
    }
    const { reply } = await kernel.run('select(["a", "b"], { value: "c" })');
    expect(reply.ename).to.equal("TypeCheckError");
  });

  it("show what a function prints, and its errors at the cell's own lines until the next good value", async () => {
    const answer = await page.ran(`interact({ n: slider(0, 4) }, ({ n }) => {
      console.log("n is", n);
      if (n > 3) throw new RangeError("too much");
      return n * 2;
    })`);
    const [place] = opened(answer, "Output");
    const [slider] = opened(answer, "FloatSlider");
    expect(place?.state.outputs.map((one: Json) => one.text ?? one.data["text/plain"])).to.deep.equal([
      "n is 2\n",
      "4",
    ]);
    expect(answer.outputs.filter(({ type }) => type === "stream")).to.deep.equal([]);
    await page.changed(slider!.id, { value: 3.5 });
    const [first, failed] = page.stateOf(place!.id).outputs;
    expect(first.text).to.equal("n is 3.5\n");
    expect(failed).to.include({ output_type: "error", ename: "RangeError", evalue: "too much" });
    expect(plain(failed.traceback)).to.match(/Cell \[\d+\], line 3\n3 \| +if \(n > 3\) throw/);
    await page.changed(slider!.id, { value: 1 });
    expect(page.stateOf(place!.id).outputs.map(({ output_type }: Json) => output_type)).to.deep.equal([
      "stream",
      "display_data",
    ]);
  });

  it("take an asynchronous function's outputs too", async () => {
    const answer = await page.ran(`interact({ n: slider(0, 4) }, async ({ n }) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      console.log("later", n);
      return drawn(n);
    })`);
    const [place] = opened(answer, "Output");
    expect(place?.state.outputs[0].text).to.equal("later 2\n");
    const shown = answer.outputs.find(({ type }) => type === "execute_result")?.content.data;
    expect(shown).to.have.property("application/vnd.plotly.v1+json");
    await page.changed(opened(answer, "FloatSlider")[0]!.id, { value: 1 });
    expect(page.stateOf(place!.id).outputs[0].text).to.equal("later 1\n");
  });

  it("run the function for the newest value only, however many come", async () => {
    const answer = await page.ran(`const calls: number[] = [];
      interact({ n: slider(0, 1000) }, ({ n }) => { calls.push(n); const end = Date.now() + 20; while (Date.now() < end); })`);
    const [slider] = opened(answer, "FloatSlider");
    for (let value = 1; value < 300; value++) page.change(slider!.id, { value });
    await page.changed(slider!.id, { value: 300 });
    expect(await kernel.value("calls.at(-1)")).to.equal("300");
    expect(Number(await kernel.value("calls.length"))).to.be.below(150);
  });

  it("wait for no cell, and leave one that runs as it is", async () => {
    const answer = await page.ran(
      "const free = slider(0, 10); let heard = 0; free.onChange((value) => { heard = value; }); free",
    );
    const [slider] = opened(answer, "FloatSlider");
    const cell = kernel.start(
      "while (heard < 7) await new Promise((resolve) => setTimeout(resolve, 5)); console.log('mine'); heard",
    );
    await kernel.until(() => kernel.said(cell, "execute_input").length > 0, "start");
    await page.changed(slider!.id, { value: 7 });
    const { outputs } = await kernel.answer(cell);
    expect(outputs.find(({ type }) => type === "stream")?.content.text).to.equal("mine\n");
    expect(outputs.at(-1)?.content.data["text/plain"]).to.equal("7");
  });

  it("stop at an interrupt when a function runs for ever, and go on with the next value", async () => {
    const answer = await page.ran("interact({ n: slider(0, 4) }, ({ n }) => { while (n > 3); return n; })");
    const [slider] = opened(answer, "FloatSlider");
    const [place] = opened(answer, "Output");
    const id = page.change(slider!.id, { value: 3.5 });
    await kernel.until(() => kernel.said(id, "status").length === 1, "busy");
    await new Promise((resolve) => setTimeout(resolve, 300));
    await kernel.request("interrupt_request", {}, "control");
    await kernel.until(() => kernel.said(id, "status").length === 2, "idle");
    await kernel.until(
      () => page.stateOf(place!.id).outputs !== undefined,
      "the interrupt below the controls",
    );
    expect(page.stateOf(place!.id).outputs[0].ename).to.equal("KeyboardInterrupt");
    await page.changed(slider!.id, { value: 1 });
    expect(page.stateOf(place!.id).outputs[0].data["text/plain"]).to.equal("1");
    const endless = kernel.start("interact({ n: slider(0, 4) }, () => { for (;;); })");
    await kernel.until(() => kernel.said(endless, "execute_input").length > 0, "start");
    await new Promise((resolve) => setTimeout(resolve, 300));
    await kernel.request("interrupt_request", {}, "control");
    expect((await kernel.answer(endless)).reply.ename).to.equal("KeyboardInterrupt");
    // What the interrupted one has still to show may come behind it.
    expect(printed(await kernel.run("console.log('heard')"))).to.equal("heard\n");
  });

  it("are all there for a page that is loaded again", async () => {
    const answer = await page.ran(INTERACT);
    const [slider] = opened(answer, "FloatSlider");
    const [figure] = opened(answer, "Any");
    await page.changed(slider!.id, { value: 1 });
    kernel.send("comm_open", { comm_id: "control-1", target_name: "jupyter.widget.control", data: {} });
    kernel.send("comm_msg", { comm_id: "control-1", data: { method: "request_states" } });
    await kernel.until(() => page.said("control-1").length > 0, "update_states");
    const [{ method, states, buffer_paths }] = page.said("control-1");
    expect(method).to.equal("update_states");
    expect(Object.keys(states)).to.have.length(await page.count());
    expect(states[slider!.id].model_name).to.equal("FloatSliderModel");
    expect(states[slider!.id].state.value).to.equal(1);
    expect(states[figure!.id].state.traces).to.equal(2);
    expect(buffer_paths).to.deep.include([figure!.id, "state", "trace_0", "y", "floats"]);
    kernel.send("comm_msg", { comm_id: slider!.id, data: { method: "request_state" } });
    await kernel.until(() => page.stateOf(slider!.id)._model_name !== undefined, "the state");
  });

  it("end when their cell runs again: over 200 times neither comms nor memory grow", async () => {
    const metadata = { cellId: "the-cell" };
    await page.ran(INTERACT, metadata);
    const before = await page.count();
    const used = async (): Promise<number> => {
      await page.ran("globalThis.gc?.()");
      return Number(await kernel.value("process.memoryUsage().heapUsed"));
    };
    for (let times = 0; times < 50; times++) await page.ran(INTERACT, metadata);
    const early = await used();
    for (let times = 0; times < 150; times++) await page.ran(`${INTERACT} // ${times}`, metadata);
    expect(await page.count()).to.equal(before);
    expect((await used()) - early).to.be.below(60e6);
  });

  it("keep what a cell shows again, and close the rest of its last run", async () => {
    await page.ran("const kept = slider(0, 1); const other = slider(0, 1);");
    const metadata = { cellId: "shows" };
    const first = await page.ran("hbox(kept, other)", metadata);
    const ids = opened(first, "FloatSlider").map(({ id }) => id);
    const second = await page.ran("hbox(kept)", metadata);
    expect(opened(second, "FloatSlider")).to.deep.equal([]);
    const closed = second.outputs
      .filter(({ type }) => type === "comm_close")
      .map(({ content }) => content.comm_id);
    expect(closed).to.include(ids[1]).and.not.to.include(ids[0]);
  });

  it("leave a control that others made to the interactions that are shown", async () => {
    await page.ran("const common = slider(0, 4); const heard: string[] = [];");
    const metadata = { cellId: "common" };
    const show = (name: string): Promise<Answer> =>
      page.ran(
        `interact({ common }, ({ common }) => { heard.push("${name}"); return common > 2 ? drawn(common) : common; })`,
        metadata,
      );
    const [slider] = opened(await show("first"), "FloatSlider");
    await show("second");
    const before = await page.count();
    await page.changed(slider!.id, { value: 3 });
    await page.changed(slider!.id, { value: 1 });
    await show("third");
    await page.changed(slider!.id, { value: 1.5 });
    expect(await kernel.value("heard.join()")).to.equal("'first,second,second,second,third,third'");
    expect(await page.count(), "the figure that came later is closed too").to.equal(before);
  });

  it("may be a module of one's own, with a state that both sides change, bytes too", async () => {
    const answer =
      await page.ran(`const own = anywidget({ esm: "export default { render() {} }", css: "p {}", state: { count: 1, bytes: new Uint8Array([1, 2]) } });
      const counts: number[] = []; own.onChange("count", (n) => { counts.push(n); }); own`);
    const [widget] = opened(answer, "Any");
    expect(widget?.state).to.include({ _esm: "export default { render() {} }", _css: "p {}", count: 1 });
    expect(widget?.open.content.data.buffer_paths).to.deep.equal([["bytes"]]);
    await page.changed(widget!.id, { count: 5 });
    kernel.send(
      "comm_msg",
      { comm_id: widget!.id, data: { method: "update", state: {}, buffer_paths: [["bytes"]] } },
      { buffers: [Buffer.from([7, 8, 9])] },
    );
    await page.ran("own.update({ count: 6 })");
    expect(await kernel.value("[counts, own.state.count, [...own.state.bytes]]")).to.equal(
      "[ [ 5, 6 ], 6, [ 7, 8, 9 ] ]",
    );
    expect(page.stateOf(widget!.id).count).to.equal(6);
  });

  it("stand beside, below and behind each other, with progress and outputs", async () => {
    const answer = await page.ran(`const bar = progressBar(10, { value: 3 }); const out = output();
      await out.capture(() => console.log("inside"));
      const shelf = tabs({ one: vbox(bar, label("words")), two: hbox(out) }); shelf`);
    expect(opened(answer, "Tab")[0]?.state.titles).to.deep.equal(["one", "two"]);
    expect(opened(answer, "Output")[0]?.state.outputs[0].text).to.equal("inside\n");
    const [bar] = opened(answer, "FloatProgress");
    await page.ran("bar.value = 5; await out.show(drawn(1))");
    expect(page.stateOf(bar!.id).value).to.equal(5);
    const closing = await page.ran("shelf.close()");
    expect(closing.outputs.filter(({ type }) => type === "comm_close")).to.have.length(1);
  });
});
