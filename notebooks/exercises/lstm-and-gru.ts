// Lesson 18's exercises: what a student's functions must do, and the words for what goes wrong.
import { type Exercise, test } from "../../kernel-ext/grading/exercise.ts";
import { gru, lstm, tensor } from "../../lib/index.ts";

type Vector = readonly number[];
type Matrix = readonly Vector[];
type LstmCell = (
  x: Vector,
  h: Vector,
  C: Vector,
  W: Matrix,
  U: Matrix,
  b: Vector,
) => { readonly h: Vector; readonly C: Vector };
type GruCell = (x: Vector, h: Vector, W: Matrix, U: Matrix, b: Vector) => Vector;

const doubles = (values: Vector | Matrix) =>
  tensor(values.map((value) => (typeof value === "number" ? value : [...value])) as number[], {
    dtype: "float64",
  });

const wantedLstm: LstmCell = (x, h, C, W, U, b) => {
  const weights = { wx: doubles(W), wh: doubles(U), b: doubles(b) };
  const after = lstm(tensor([[[...x]]], { dtype: "float64" }), weights, { h: doubles([h]), c: doubles([C]) });
  return { h: Array.from(after.h.data), C: Array.from(after.c.data) };
};

const wantedGru: GruCell = (x, h, W, U, b) => {
  const weights = { wx: doubles(W), wh: doubles(U), bx: doubles(b) };
  const after = gru(tensor([[[...x]]], { dtype: "float64" }), weights, { h: doubles([h]) });
  return Array.from(after.h.data);
};

const sigma = (z: number): number => 1 / (1 + Math.exp(-z));

/** v·M, whose columns stand in blocks of n, one block for each gate. */
const blocks = (v: Vector, M: Matrix, n: number): number[][] => {
  const columns = M[0]!.map((_, k) => v.reduce((total, value, j) => total + value * M[j]![k]!, 0));
  return Array.from({ length: columns.length / n }, (_, gate) => columns.slice(gate * n, (gate + 1) * n));
};

const X: Vector = [0.7, -1.1, 0.4];
const H: Vector = [0.3, -0.6];
const C: Vector = [1.2, -0.8];
const W4: Matrix = [
  [0.5, -0.2, 0.9, 0.4, -0.7, 0.3, 0.1, 0.8],
  [-0.4, 0.6, 0.2, -0.9, 0.5, -0.1, 0.7, 0.3],
  [0.8, 0.1, -0.6, 0.2, 0.4, 0.9, -0.3, -0.5],
];
const U4: Matrix = [
  [0.2, 0.7, -0.5, 0.3, 0.6, -0.8, 0.9, 0.1],
  [-0.6, 0.4, 0.8, -0.2, 0.1, 0.5, -0.4, 0.7],
];
const B4: Vector = [0.1, -0.3, 0.6, 0.9, 0.2, -0.4, 0.5, -0.1];

const [wxh, uh] = [blocks(X, W4, 2), blocks(H, U4, 2)];
/** What the four blocks of sums are, in the order that they stand in: i, f, candidate, o. */
const sums = wxh.map((row, gate) => row.map((value, j) => value + uh[gate]![j]! + B4[2 * gate + j]!));

/** A cell's step from sums in an order, with what a mistake puts in place of the right functions. */
function stepped(
  [i, f, g, o]: readonly (readonly number[])[],
  {
    candidate = Math.tanh,
    shown = Math.tanh,
    gate = sigma,
    keep = (open: number): number => open,
    from = "new",
  } = {},
): { h: number[]; C: number[] } {
  const next = C.map((c, j) => keep(gate(f![j]!)) * c + gate(i![j]!) * candidate(g![j]!));
  return { h: next.map((c, j) => gate(o![j]!) * shown(from === "new" ? c : C[j]!)), C: next };
}

const [I, F, G, O] = sums as [number[], number[], number[], number[]];
const withoutState = wxh.map((row, gate) => row.map((value, j) => value + B4[2 * gate + j]!));

const lstmCell: Exercise<{ lstmCell: LstmCell }> = {
  points: 5,
  hints: [
    "First the four sums, x·W + h·U + b, each of 4n numbers. Then cut them into four blocks of n, and only then bend them.",
    "Three blocks are gates and go through the sigmoid; the third block is the candidate and goes through tanh.",
    "C′ = f·C + i·tanh(g), unit by unit; then h′ = o·tanh(C′), with the new C′. The blocks stand in the order i, f, g, o.",
  ],
  tests: [
    test("makes the new cell from the old one and the candidate", 1, ({ lstmCell }, expect) => {
      const wanted = wantedLstm(X, H, C, W4, U4, B4);
      expect.like(lstmCell(X, H, C, W4, U4, B4).C, wanted.C, {
        mistakes: {
          "The gates are taken in another order than they stand in: input, forget, candidate, output.":
            stepped([F, I, G, O]).C,
          "The blocks are taken as input, forget, output, candidate; the candidate is the third.": stepped([
            I,
            F,
            O,
            G,
          ]).C,
          "The candidate went through the sigmoid. A cell must be able to go down as well as up.": stepped(
            sums,
            { candidate: sigma },
          ).C,
          "The candidate is not bent: it goes through tanh before the input gate lets it in.": stepped(sums, {
            candidate: (z) => z,
          }).C,
          "Where the forget gate is open, your cell forgets. In spite of its name it says how much is kept.":
            stepped(sums, { keep: (open) => 1 - open }).C,
          "The gates do not see the last output: h·U is missing from the sums.": stepped(withoutState).C,
          "The gates are tanh. A gate lies between shut, 0, and open, 1.": stepped(sums, { gate: Math.tanh })
            .C,
        },
      });
    }),
    test("shows of the cell what the output gate lets through", 1, ({ lstmCell }, expect) => {
      const wanted = wantedLstm(X, H, C, W4, U4, B4);
      expect.like(lstmCell(X, H, C, W4, U4, B4).h, wanted.h, {
        mistakes: {
          "The cell is shown as it is; the output gate multiplies its tanh.": stepped(sums, {
            shown: (c) => c,
          }).h,
          "It is the old cell that is shown. The new one is ready by then.": stepped(sums, { from: "old" }).h,
          "This is the tanh of the new cell; the output gate has not been at it.": wanted.C.map(Math.tanh),
        },
      });
    }),
    test("keeps a cell whose forget gate is open and whose input gate is shut", 1, ({ lstmCell }, expect) => {
      const open = [-60, -60, 60, 60, 0, 0, 0, 0];
      expect.like(lstmCell(X, H, C, W4, U4, open).C, C, {
        mistakes: {
          "The cell is empty: this forget gate is open, and should keep it.": [0, 0],
        },
      });
    }),
  ],
};

const W3: Matrix = W4.map((row) => row.slice(0, 6));
const U3: Matrix = U4.map((row) => row.slice(0, 6));
const B3: Vector = B4.slice(0, 6);
const [px, qh] = [blocks(X, W3, 2), blocks(H, U3, 2)];
const biased = px.map((row, gate) => row.map((value, j) => value + B3[2 * gate + j]!));

/** A step from the blocks, in an order, and with a mistake. */
function mixed(
  [r, z, n]: readonly [number, number, number],
  {
    swap = false,
    seen = "reset",
    bend = Math.tanh,
  }: { swap?: boolean; seen?: string; bend?: typeof Math.tanh } = {},
): number[] {
  const gate = (which: number): number[] => H.map((_, j) => sigma(biased[which]![j]! + qh[which]![j]!));
  const [reset, update] = [gate(r), gate(z)];
  const before = blocks(
    H.map((h, j) => reset[j]! * h),
    U3,
    2,
  )[n]!;
  const state =
    seen === "before"
      ? before
      : qh[n]!.map((q, j) => (seen === "reset" ? reset[j]! * q : seen === "all" ? q : 0));
  const candidate = state.map((value, j) => bend(biased[n]![j]! + value));
  return H.map((h, j) => {
    const keep = swap ? 1 - update[j]! : update[j]!;
    return keep * h + (1 - keep) * candidate[j]!;
  });
}

const gruCell: Exercise<{ gruCell: GruCell }> = {
  points: 5,
  hints: [
    "Keep the two products apart, p = x·W + b and q = h·U: the gates need their sum, the candidate does not.",
    "r = σ(p_r + q_r) and z = σ(p_z + q_z). Of the candidate's sum, the reset gate multiplies one part only. Which?",
    "ñ = tanh(p_n + r·q_n), and h′ = z·h + (1 − z)·ñ, unit by unit. The blocks stand in the order r, z, n.",
  ],
  tests: [
    test("mixes the old state and the candidate", 1, ({ gruCell }, expect) => {
      const wanted = wantedGru(X, H, W3, U3, B3);
      expect.like(gruCell(X, H, W3, U3, B3), wanted, {
        mistakes: {
          "Old state and candidate have changed places: z says how much of the old state is kept.": mixed(
            [0, 1, 2],
            { swap: true },
          ),
          "Reset and update gate have changed places: the blocks stand in the order r, z, n.": mixed([
            1, 0, 2,
          ]),
          "The reset gate multiplies h before the product with U. Here it multiplies the product.": mixed(
            [0, 1, 2],
            { seen: "before" },
          ),
          "The candidate sees all of the old state: the reset gate is missing.": mixed([0, 1, 2], {
            seen: "all",
          }),
          "The candidate does not see the old state at all.": mixed([0, 1, 2], { seen: "none" }),
          "The candidate went through the sigmoid. A state must be able to go down as well as up.": mixed(
            [0, 1, 2],
            { bend: sigma },
          ),
        },
      });
    }),
    test("carries the state on where the update gate is open", 1, ({ gruCell }, expect) => {
      const open = [0, 0, 60, 60, 0, 0];
      expect.like(gruCell(X, H, W3, U3, open), H, {
        mistakes: {
          "The update gate is open, and yet the state was replaced. z = 1 keeps it.": mixedWith(open, true),
        },
      });
    }),
    test("ignores the old state where both gates are shut", 1, ({ gruCell }, expect) => {
      const shut = [-60, -60, -60, -60, 0.3, -0.2];
      const wanted = px[2]!.map((value, j) => Math.tanh(value + shut[4 + j]!));
      expect.like(gruCell(X, H, W3, U3, shut), wanted, {
        mistakes: {
          "The old state is still here: with z = 0 nothing of it is kept.": H,
          "The candidate still sees the old state, though the reset gate is shut.": px[2]!.map((value, j) =>
            Math.tanh(value + shut[4 + j]! + qh[2]![j]!),
          ),
        },
      });
    }),
  ],
};

/** The step with other biases, old state and candidate changed about. */
function mixedWith(b: Vector, swap: boolean): number[] {
  const gate = (which: number): number[] =>
    H.map((_, j) => sigma(px[which]![j]! + qh[which]![j]! + b[2 * which + j]!));
  const [reset, update] = [gate(0), gate(1)];
  return H.map((h, j) => {
    const candidate = Math.tanh(px[2]![j]! + b[4 + j]! + reset[j]! * qh[2]![j]!);
    const keep = swap ? 1 - update[j]! : update[j]!;
    return keep * h + (1 - keep) * candidate;
  });
}

export const exercises: {
  readonly "lstm-cell": typeof lstmCell;
  readonly "gru-cell": typeof gruCell;
} = {
  "lstm-cell": lstmCell,
  "gru-cell": gruCell,
};
