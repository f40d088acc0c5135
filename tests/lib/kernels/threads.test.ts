import { gatherRows, scatterAddRows } from "../../../lib/kernels/embedding.ts";
import { backend } from "../../../lib/kernels/engine.ts";
import { lstmForward } from "../../../lib/kernels/lstm.ts";
import { recurrentScratch } from "../../../lib/kernels/recurrent.ts";
import { reduce } from "../../../lib/kernels/reductions.ts";
import { softmaxRows } from "../../../lib/kernels/softmax-rows.ts";
import { unary } from "../../../lib/kernels/unary.ts";
import { type Computation, expectTwins, numbers, zeros } from "./twins.ts";

const large: Computation = (make) => {
  const count = 200_001;
  const x = make(numbers(count));
  const [y, p, sums] = [make(zeros(count)), make(zeros(count)), make(zeros(1001))];
  unary("tanh", x, y);
  softmaxRows(make(numbers(200_000)), 100, p);
  reduce("sum", make(numbers(1001 * 199)), 1001, 199, 1, sums);
  const [columns, table] = [make(zeros(199)), make(zeros(50 * 64))];
  reduce("sum", make(numbers(1001 * 199)), 1, 1001, 199, columns);
  const indices = make(numbers(2_000, 0, 50).map(Math.floor), "int32");
  const rows = make(zeros(2_000 * 64));
  gatherRows(make(numbers(50 * 64)), indices, 64, rows);
  scatterAddRows(rows, indices, 64, table);
  const size = { steps: 4, batch: 19, hidden: 24 };
  const [h, c] = [make(zeros(5 * 19 * 24)), make(zeros(5 * 19 * 24))];
  const scratch = make(zeros(recurrentScratch(24, 4)));
  lstmForward(size, make(numbers(4 * 19 * 96)), make(numbers(24 * 96, -0.3, 0.3)), h, c, scratch);
  return { y, p, sums, columns, table, h, c };
};

describe("kernels on several threads", () => {
  it("give what the plain twins give", () => {
    const { threads } = backend;
    try {
      for (const count of [1, 2, 3]) {
        backend.threads = count;
        // The first call starts the helpers; a later one finds them ready.
        for (let again = 0; again < 3; again++) expectTwins(`${count} threads`, large, 1e-5, 10);
      }
    } finally {
      backend.threads = threads;
    }
  });
});
