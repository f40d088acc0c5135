// Every lesson, run headless by nbclient on the real kernel.

import { execFile } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { fromSource, ROOT } from "../source.ts";

interface Output {
  readonly output_type: string;
  readonly ename?: string;
  readonly evalue?: string;
  readonly text?: string;
  readonly data?: Record<string, unknown>;
}
interface Run {
  readonly seconds: number;
  readonly cells: readonly { readonly id: string; readonly outputs: readonly Output[] }[];
}

const LONGEST_SECONDS = 60;
const BACKENDS = { native: "tensorflow", wasm: "wasm", none: "" };

for (const lesson of readdirSync(join(ROOT, "notebooks")).filter((name) => name.endsWith(".ipynb"))) {
  describe(`the lesson ${lesson}, run by nbclient`, () => {
    let run: Run;
    let outputs: readonly Output[];

    before(async function () {
      this.timeout(180_000);
      run = await execute(lesson);
      outputs = run.cells.flatMap((cell) => cell.outputs);
    });

    it("runs without an error", () => {
      const errors = outputs.filter((output) => output.output_type === "error");
      expect(errors.map(({ ename, evalue }) => `${ename}: ${evalue}`)).to.deep.equal([]);
      expect(outputs.length).to.be.greaterThan(5);
    });

    it("prints nothing on stderr", () => {
      const noise = outputs.filter((output) => "name" in output && output.name === "stderr");
      expect(noise.map(({ text }) => text)).to.deep.equal([]);
    });

    it("keeps within its minute", () => {
      expect(run.seconds).to.be.lessThan(LONGEST_SECONDS);
    });

    it("shows a plotly figure as a JSON object", () => {
      const figures = outputs.flatMap(({ data }) => data?.["application/vnd.plotly.v1+json"] ?? []);
      expect(figures).not.to.be.empty;
      for (const figure of figures) expect(figure).to.be.an("object").that.includes.keys("data", "layout");
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

async function execute(lesson: string): Promise<Run> {
  const { labEnv } = await fromSource<typeof import("../../kernel-ext/lab/lab.mjs")>("lab/lab.mjs");
  const { venvPython } = await fromSource<typeof import("../../kernel-ext/lab/place.mjs")>("lab/place.mjs");
  const folder = join(ROOT, "build", "tests", "lessons");
  mkdirSync(folder, { recursive: true });
  const script = join(ROOT, "tests", "notebooks", "execute.py");
  const { stdout } = await promisify(execFile)(
    venvPython(ROOT),
    [script, join(ROOT, "notebooks", lesson), folder],
    { env: labEnv(ROOT), maxBuffer: 1 << 28 },
  );
  return JSON.parse(stdout) as Run;
}
