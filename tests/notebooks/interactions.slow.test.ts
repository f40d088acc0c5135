// Every interaction at the ends of its controls: the lesson's own cells in a real kernel, its controls moved over the wire.
import { expect } from "chai";
import { type Answer, type Json, Kernel, plain } from "../kernel-ext/kernel/client.ts";
import { INTERACTIONS, lessons } from "./lessons.ts";

/** What somebody may type, or paste. */
const TYPED = ["", " \t\n", "ñandú 🐳", `<b>&"$x$'`, "WHALE?", "whale ".repeat(400), "x"];

/** A control as a front end has it, and all that it can be set to at its ends. */
interface Knob {
  readonly id: string;
  readonly model: string;
  readonly ends: readonly object[];
}

for (const { name, source } of lessons) {
  if (!INTERACTIONS[name]) continue;
  describe(`The interactions of ${name}`, function () {
    this.timeout(600_000);
    let kernel: Kernel;
    const shown = new Map<string, Answer>();

    before(async () => {
      kernel = await Kernel.start();
      const ids = INTERACTIONS[name]!;
      const last = source.cells.findIndex(({ id }) => id === ids.at(-1));
      for (const cell of source.cells.slice(0, last + 1)) {
        if (cell.cell_type !== "code") continue;
        const answer = await kernel.answer(kernel.start(cell.source.join("")), 300_000);
        expect(answer.reply.status, `${cell.id}: ${plain(answer.reply.traceback ?? [])}`).to.equal("ok");
        if (ids.includes(cell.id)) shown.set(cell.id, answer);
      }
    });
    after(() => kernel?.stop());

    for (const cell of INTERACTIONS[name] ?? []) {
      it(`draw something for every end of every control (${cell})`, async () => {
        const { outputs } = shown.get(cell)!;
        const opened = outputs.filter(({ type }) => type === "comm_open").map(({ content }) => content);
        const knobs = opened.flatMap(knobOf);
        expect(knobs.length).to.be.greaterThan(1);
        const [figure] = opened.filter(({ data }) => data.state._anywidget_id === "gradbook.Figure");
        const titles = new Set<string>([figure.data.state.figure_layout.title.text]);
        let before: readonly object[] = [];
        for (const settings of corners(knobs)) {
          for (const [at, setting] of settings.entries()) {
            if (setting === before[at]) continue;
            const heard = await told(knobs[at]!, setting);
            expect(faultsIn(heard), JSON.stringify(settings)).to.deep.equal([]);
            for (const { comm_id, data } of heard)
              if (comm_id === figure.comm_id && data?.state?.figure_layout)
                titles.add(data.state.figure_layout.title.text);
          }
          before = settings;
        }
        expect(
          [...titles].filter((title) => title.trim() === "" || /NaN(?!$)|undefined/.test(title)),
        ).to.deep.equal([]);
        expect(titles.size, "figures").to.be.greaterThan(2);
      });
    }

    /** A front end says so; what the kernel has said when all that follows is done. */
    async function told({ id: comm_id }: Knob, setting: object): Promise<Json[]> {
      const before = kernel.broadcast.length;
      const id = kernel.send("comm_msg", { comm_id, data: setting });
      const idle = (): boolean =>
        kernel.said(id, "status").some(({ execution_state }) => execution_state === "idle");
      await kernel.until(idle, "idle", 60_000);
      return kernel.broadcast
        .slice(before)
        .filter(({ type }) => type !== "status")
        .map(({ type, content }) => ({ type, ...content }));
    }
  });
}

/** The controls among the widgets that were opened. */
function knobOf({ comm_id: id, data: { state } }: Json): Knob[] {
  const model = String(state._model_name).replace("Model", "");
  const update = (change: object): object => ({ method: "update", state: change, buffer_paths: [] });
  const values = (...all: unknown[]): object[] => all.map((value) => update({ value }));
  const { min, max, _options_labels: labels = [] } = state;
  const ends: Readonly<Record<string, () => readonly object[]>> = {
    FloatSlider: () => values(min, max),
    FloatLogSlider: () => values(10 ** min, 10 ** max),
    Play: () => values(min, max),
    Checkbox: () => values(false, true),
    Text: () => values(...TYPED),
    Dropdown: () => labels.map((_: string, index: number) => update({ index })),
    Button: () => [1, 2].map(() => ({ method: "custom", content: { event: "click" } })),
  };
  return ends[model] ? [{ id, model, ends: ends[model]() }] : [];
}

/** All ways to set the controls; boxes are ticked all at once. */
function* corners(knobs: readonly Knob[]): Generator<readonly object[]> {
  const axes = [...new Set(knobs.map(({ id, model }) => (model === "Checkbox" ? model : id)))];
  const countOf = (axis: string): number => axisOf(axis).ends.length;
  const axisOf = (axis: string): Knob => knobs.find(({ id, model }) => id === axis || model === axis)!;
  const all = axes.reduce((product, axis) => product * countOf(axis), 1);
  for (let k = 0; k < all; k++) {
    const places = new Map<string, number>();
    let rest = k;
    for (const axis of axes) {
      places.set(axis, rest % countOf(axis));
      rest = Math.floor(rest / countOf(axis));
    }
    yield knobs.map(({ id, model, ends }) => ends[places.get(model === "Checkbox" ? model : id)!]!);
  }
}

/** Errors of listeners, and those that stand among a widget's outputs. */
function faultsIn(heard: readonly Json[]): string[] {
  const outputs = heard.flatMap(({ data }) => data?.state?.outputs ?? []);
  return [...heard, ...outputs]
    .filter(({ type, output_type }) => type === "error" || output_type === "error")
    .map(({ ename, evalue }) => `${ename}: ${evalue}`);
}
