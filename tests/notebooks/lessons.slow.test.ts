// Every lesson, run headless by nbclient on the real kernel.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Ran } from "../../kernel-ext/lab/notebooks.mjs";
import type { Cell } from "../../kernel-ext/lab/release.mjs";
import { fromSource } from "../source.ts";
import { sectionOf } from "./claims-file.ts";
import { INTERACTIONS, lessons } from "./lessons.ts";

type NotebooksModule = typeof import("../../kernel-ext/lab/notebooks.mjs");

interface Output {
  readonly text?: string;
  readonly data?: Record<string, unknown>;
}
/** An axis, or a title, of a figure. */
interface Named {
  readonly text?: string;
  readonly title?: { readonly text: string };
  readonly visible?: boolean;
}
const PLOTLY = "application/vnd.plotly.v1+json";
const VIEW = "application/vnd.jupyter.widget-view+json";
const BACKENDS = { native: "tensorflow", wasm: "wasm", none: "" };

for (const { name } of lessons) {
  describe(`the lesson ${name}, run by nbclient`, () => {
    let run: Ran;
    let outputs: readonly Output[];
    let cells: readonly Cell[];

    before(async function () {
      this.timeout(240_000);
      const { execute, executedFolder, SECONDS_A_CELL, SECONDS_A_LESSON } =
        await fromSource<NotebooksModule>("lab/notebooks.mjs");
      // A shared machine may be three times as slow.
      run = await execute(name, () => {}, 3 * SECONDS_A_CELL, 3 * SECONDS_A_LESSON);
      ({ cells } = JSON.parse(readFileSync(join(executedFolder(), name), "utf8")) as { cells: Cell[] });
      outputs = cells.flatMap((cell) => (cell.outputs ?? []) as Output[]);
    });

    it("runs within its time, without an error or a word on stderr", () => {
      expect(run.faults).to.deep.equal([]);
      expect(outputs.length).to.be.greaterThan(5);
    });

    it("shows a plotly figure as a JSON object", () => {
      const figures = outputs.flatMap(({ data }) => data?.[PLOTLY] ?? []);
      expect(figures).not.to.be.empty;
      for (const figure of figures) expect(figure).to.be.an("object").that.includes.keys("data", "layout");
    });

    it("shows of each interaction a figure to those who have no widgets, with titled axes", () => {
      for (const id of INTERACTIONS[name] ?? []) {
        const shown = (cells.find((cell) => cell.id === id)?.outputs ?? []) as Output[];
        const { data = {} } = shown.find(({ data }) => data && VIEW in data) ?? {};
        expect(data, id).to.include.keys(VIEW, PLOTLY, "text/plain");
        const { layout } = data[PLOTLY] as { layout: Readonly<Record<string, Named>> };
        expect(layout.title?.text, id).not.to.equal("");
        // A tree has no axes; of panels below each other, the lowest names what they share.
        const axes = Object.entries(layout).flatMap(([key, axis]) => (/^[xy]axis/.test(key) ? [axis] : []));
        const names = axes.flatMap(({ title, visible }) => (visible === false ? [] : [title?.text]));
        if (names.length > 0) expect(names.filter(Boolean).length, id).to.be.greaterThan(1);
      }
    });

    it("bears the claims that notebooks/CLAIMS.md lists of it", async () => {
      const { claimsFile, claimsPage, lessonsWithClaims } =
        await fromSource<typeof import("../../kernel-ext/lab/claims-page.mjs")>("lab/claims-page.mjs");
      const here = claimsPage(await lessonsWithClaims([name]));
      const listed = sectionOf(readFileSync(claimsFile(), "utf8"), name);
      expect(listed, "`npm run notebooks` renews notebooks/CLAIMS.md").to.equal(sectionOf(here, name));
    });

    it("says which reference answered", () => {
      const words = outputs
        .map(({ text, data }) => `${text ?? ""}${String(data?.["text/plain"] ?? "")}`)
        .join("\n");
      const asked = process.env.GRADBOOK_REFERENCE;
      const backend = asked === "native" || asked === "wasm" || asked === "none" ? BACKENDS[asked] : "";
      expect(words).to.match(new RegExp(`answered by ${backend}`));
    });
  });
}
