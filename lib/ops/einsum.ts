import { formatShape, ShapeError, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { matmul } from "./matmul.ts";
import { reshape } from "./reshape.ts";
import { slice } from "./slice.ts";
import { sum } from "./sum.ts";
import { transpose } from "./transpose.ts";

/** A tensor whose axes have letters. */
interface Lettered {
  readonly x: Tensor;
  readonly letters: string;
}

/**
 * Sums of products over named axes (Einstein's convention): axes with one letter go together, and a letter that is not
 * in the result is summed over. Two tensors at a time, as one batched matrix product; so it has its gradients.
 *
 * @example
 * einsum("ij,jk->ik", A, B); // a matrix product
 * einsum("bqd,bkd->bqk", queries, keys); // the scores of attention
 * einsum("ii->", A); // a trace
 */
export function einsum(equation: string, ...tensors: readonly Tensor[]): Tensor {
  const { inputs, output } = parse(equation, tensors);
  let all: Lettered[] = tensors.map((x, i) => diagonal({ x, letters: inputs[i]! }));
  while (all.length > 1) {
    const [a, b, ...rest] = all as [Lettered, Lettered, ...Lettered[]];
    const later = new Set([...output, ...rest.flatMap(({ letters }) => [...letters])]);
    all = [product(a, b, later), ...rest];
  }
  return turn(sumOut(all[0]!, new Set(output)), output).x;
}

function parse(equation: string, tensors: readonly Tensor[]): { inputs: string[]; output: string } {
  const [left = "", right] = equation.replaceAll(" ", "").split("->");
  const inputs = left.split(",");
  const wrong = (what: string): ShapeError => new ShapeError(`einsum: "${equation}": ${what}.`);
  if (!/^[a-zA-Z,]*$/.test(left) || !/^[a-zA-Z]*$/.test(right ?? "")) {
    throw wrong('axes are named by letters, as in "ij,jk->ik"');
  }
  if (inputs.length !== tensors.length)
    throw wrong(`it names ${inputs.length} tensors and got ${tensors.length}`);
  const lengths = new Map<string, number>();
  inputs.forEach((letters, i) => {
    const { shape } = tensors[i]!;
    if (letters.length !== shape.length) {
      throw wrong(`"${letters}" names ${letters.length} axes and the tensor has shape ${formatShape(shape)}`);
    }
    [...letters].forEach((letter, axis) => {
      const known = lengths.get(letter) ?? shape[axis]!;
      if (known !== shape[axis]) throw wrong(`the axes "${letter}" are ${known} and ${shape[axis]} long`);
      lengths.set(letter, known);
    });
  });
  const once = [...lengths.keys()].filter((letter) => left.split(letter).length === 2).sort();
  const output = right ?? once.join("");
  const odd = [...output].find((letter, i) => !lengths.has(letter) || output.indexOf(letter) !== i);
  if (odd !== undefined) throw wrong(`"${odd}" in the result must stand once, and in one of the inputs`);
  return { inputs, output };
}

/** A letter that stands twice on one tensor names its diagonal: every (n + 1)-th element of the two axes as one. */
function diagonal(one: Lettered): Lettered {
  const twice = [...one.letters].find((letter, i) => one.letters.indexOf(letter) !== i);
  if (twice === undefined) return one;
  const [first, second] = [one.letters.indexOf(twice), one.letters.lastIndexOf(twice)];
  const others = [...one.letters].flatMap((_, axis) => (axis === first || axis === second ? [] : [axis]));
  const n = one.x.shape[first]!;
  const rest = others.map((axis) => one.x.shape[axis]!);
  const square = reshape(transpose(one.x, [first, second, ...others]), [n * n, ...rest]);
  return diagonal({
    x: slice(square, [null, null, n + 1]),
    letters: twice + others.map((axis) => one.letters[axis]).join(""),
  });
}

/** Sums over the letters that nobody needs. */
function sumOut({ x, letters }: Lettered, needed: ReadonlySet<string>): Lettered {
  const axis = [...letters].flatMap((letter, at) => (needed.has(letter) ? [] : [at]));
  if (axis.length === 0) return { x, letters };
  return { x: sum(x, { axis }), letters: [...letters].filter((letter) => needed.has(letter)).join("") };
}

function turn({ x, letters }: Lettered, order: string): Lettered {
  if (letters === order) return { x, letters };
  return {
    x: transpose(
      x,
      [...order].map((letter) => letters.indexOf(letter)),
    ),
    letters: order,
  };
}

/** Two tensors as matrices of a batch: [both kept, left only, summed] × [both kept, summed, right only]. */
function product(left: Lettered, right: Lettered, later: ReadonlySet<string>): Lettered {
  const a = sumOut(left, new Set([...later, ...right.letters]));
  const b = sumOut(right, new Set([...later, ...left.letters]));
  const shared = [...a.letters].filter((letter) => b.letters.includes(letter));
  const batch = shared.filter((letter) => later.has(letter)).join("");
  const summed = shared.filter((letter) => !later.has(letter)).join("");
  const onlyA = [...a.letters].filter((letter) => !shared.includes(letter)).join("");
  const onlyB = [...b.letters].filter((letter) => !shared.includes(letter)).join("");
  const lengthOf = (letter: string): number =>
    a.letters.includes(letter)
      ? a.x.shape[a.letters.indexOf(letter)]!
      : b.x.shape[b.letters.indexOf(letter)]!;
  const sizes = (letters: string): number[] => [...letters].map(lengthOf);
  const [m, n, k] = [onlyA, onlyB, summed].map((letters) => sizeOf(sizes(letters))) as [
    number,
    number,
    number,
  ];
  const matrixA = reshape(turn(a, batch + onlyA + summed).x, [...sizes(batch), m, k]);
  const matrixB = reshape(turn(b, batch + summed + onlyB).x, [...sizes(batch), k, n]);
  const letters = batch + onlyA + onlyB;
  return { x: reshape(matmul(matrixA, matrixB), sizes(letters)), letters };
}
