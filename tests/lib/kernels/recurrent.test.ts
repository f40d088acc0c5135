import type { Block } from "../../../lib/kernels/block.ts";
import { gruBackward, gruForward } from "../../../lib/kernels/gru.ts";
import { lstmBackward, lstmForward } from "../../../lib/kernels/lstm.ts";
import { recurrentScratch, type Sequence } from "../../../lib/kernels/recurrent.ts";
import { rnnBackward, rnnForward } from "../../../lib/kernels/rnn.ts";
import { expectClose, expectTwins, type Make, numbers, outside, zeros } from "./twins.ts";

const SEQUENCES: readonly Sequence[] = [
  { steps: 1, batch: 1, hidden: 1 },
  { steps: 3, batch: 2, hidden: 3 },
  { steps: 4, batch: 7, hidden: 5 },
  { steps: 2, batch: 13, hidden: 16 },
  { steps: 5, batch: 6, hidden: 18 },
  { steps: 0, batch: 2, hidden: 3 },
];

/** Forward and back through a sequence, with x the gates' inputs. */
type Run = (make: Make, size: Sequence, x: readonly number[]) => Record<string, Block>;

const states = ({ steps, batch, hidden }: Sequence, seed: number): number[] => [
  ...numbers(batch * hidden, -1, 1, seed),
  ...zeros(steps * batch * hidden),
];

const lstm: Run = (make, size, x) => {
  const { steps, batch, hidden } = size;
  const [gates, dgates] = [make(x), make(zeros(x.length))];
  const weights = make(numbers(4 * hidden * hidden, -0.5, 0.5, 2));
  const [h, c] = [make(states(size, 3)), make(states(size, 4))];
  const [dh, dc] = [make(numbers(batch * hidden, -1, 1, 6)), make(numbers(batch * hidden, -1, 1, 7))];
  const dhs = make(numbers(steps * batch * hidden, -1, 1, 5));
  const scratch = make(zeros(recurrentScratch(hidden, 4)));
  lstmForward(size, gates, weights, h, c, scratch);
  lstmBackward(size, gates, weights, c, dhs, dh, dc, dgates, scratch);
  return { h, c, dx: dgates, dh, dc };
};

const gru: Run = (make, size, x) => {
  const { steps, batch, hidden } = size;
  const [gates, dgates, dq] = [make(x), make(zeros(x.length)), make(zeros(x.length))];
  const weights = make(numbers(3 * hidden * hidden, -0.5, 0.5, 2));
  const bias = make(numbers(3 * hidden, -0.5, 0.5, 8));
  const [h, dh] = [make(states(size, 3)), make(numbers(batch * hidden, -1, 1, 6))];
  const candidates = make(zeros(steps * batch * hidden));
  const dhs = make(numbers(steps * batch * hidden, -1, 1, 5));
  const scratch = make(zeros(recurrentScratch(hidden, 3)));
  gruForward(size, gates, weights, bias, h, candidates, scratch);
  gruBackward(size, gates, weights, h, candidates, dhs, dh, dgates, dq, scratch);
  return { h, dx: dgates, dq, dh };
};

const rnn =
  (activation: "relu" | "tanh"): Run =>
  (make, size, x) => {
    const { steps, batch, hidden } = size;
    const [inputs, dx] = [make(x), make(zeros(x.length))];
    const weights = make(numbers(hidden * hidden, -0.5, 0.5, 2));
    const [h, dh] = [make(states(size, 3)), make(numbers(batch * hidden, -1, 1, 6))];
    const dhs = make(numbers(steps * batch * hidden, -1, 1, 5));
    const scratch = make(zeros(recurrentScratch(hidden, 1)));
    rnnForward(size, inputs, weights, activation, h, scratch);
    rnnBackward(size, weights, activation, h, dhs, dh, dx, scratch);
    return { h, dx, dh };
  };

const CELLS: readonly (readonly [name: string, gates: number, run: Run])[] = [
  ["LSTM", 4, lstm],
  ["GRU", 3, gru],
  ["tanh RNN", 1, rnn("tanh")],
  ["ReLU RNN", 1, rnn("relu")],
];

describe("recurrent sequences", () => {
  for (const [name, gates, run] of CELLS) {
    it(`give the same in both twins: ${name}`, () => {
      for (const size of SEQUENCES) {
        const x = numbers(size.steps * size.batch * size.hidden * gates, -1, 1);
        expectTwins(`${name} ${JSON.stringify(size)}`, (make) => run(make, size, x), 1e-5, 1);
      }
    });

    it(`have the gradient of central differences in float64: ${name}`, () => {
      const size: Sequence = { steps: 3, batch: 2, hidden: 2 };
      const { steps, batch, hidden } = size;
      const x = numbers(steps * batch * hidden * gates, -1, 1);
      const float64: Make = (values) => outside(Float64Array.from(values));
      const last = steps * batch * hidden;
      // dhs for every h after the first state, dh and dc for the last.
      const value = (values: readonly number[]): number => {
        const { h, c } = run(float64, size, values);
        const [states, cells] = [h!.array(), c?.array()];
        let sum = 0;
        numbers(last, -1, 1, 5).forEach((up, i) => {
          sum += up * states[batch * hidden + i]!;
        });
        numbers(batch * hidden, -1, 1, 6).forEach((up, i) => {
          sum += up * states[last + i]!;
        });
        if (cells)
          numbers(batch * hidden, -1, 1, 7).forEach((up, i) => {
            sum += up * cells[last + i]!;
          });
        return sum;
      };
      const slopes = x.map((_, i) => {
        const moved = (by: number): number => value(x.map((v, j) => (i === j ? v + by : v)));
        return (moved(1e-5) - moved(-1e-5)) / 2e-5;
      });
      expectClose("dx", Array.from(run(float64, size, x).dx!.array()), slopes, 1e-7, 1);
    });
  }
});
