// jupyter_kernel_test, Jupyter's own conformance tests: all thirteen, none skipped.
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../../source.ts";
import { Jupyter } from "./python.ts";

interface Result {
  readonly name: string;
  readonly problems: readonly string[];
}

const NAMES = [
  "test_clear_output",
  "test_completion",
  "test_display_data",
  "test_error",
  "test_execute_result",
  "test_execute_stderr",
  "test_execute_stdout",
  "test_history",
  "test_inspect",
  "test_is_complete",
  "test_kernel_info",
  "test_pager",
  "test_recv_iopub_welcome_msg",
];

describe("jupyter_kernel_test", () => {
  let results: readonly Result[];

  before(async function () {
    this.timeout(180_000);
    const jupyter = await Jupyter.open();
    const script = join(ROOT, "tests", "kernel-ext", "kernel", "conformance.py");
    const { stdout, stderr } = await jupyter.run([script]);
    jupyter.close();
    expect(stdout, stderr).not.to.equal("");
    results = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Result);
  });

  it("is run whole", () => {
    expect(results.map(({ name }) => name).sort()).to.deep.equal(NAMES);
  });

  for (const wanted of NAMES) {
    it(`passes ${wanted}`, () => {
      expect(results.find(({ name }) => name === wanted)?.problems).to.deep.equal([]);
    });
  }
});
