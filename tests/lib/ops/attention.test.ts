import { expect } from "chai";
import {
  add,
  attention,
  attentionWeights,
  cast,
  concat,
  hvp,
  matmul,
  mergeHeads,
  mul,
  Random,
  selfAttention,
  slice,
  splitHeads,
  sum,
  type Tensor,
  tensor,
  vjp,
} from "../../../lib/index.ts";
import { backend } from "../../../lib/kernels/backend.ts";
import { ShapeError } from "../../../lib/tensor/shape.ts";
import { goldenCases } from "../golden/ops.ts";

type Named = Readonly<Record<string, Tensor>>;

const one = tensor(1, { dtype: "float64" });

function drawn(seed: number, ...shape: number[]): Tensor {
  return new Random(seed).uniform(shape, { low: -1, high: 1, dtype: "float64" });
}

function expectClose(name: string, ours: Tensor | undefined, theirs: Tensor, tolerance = 1e-12): void {
  expect(ours?.shape, name).to.deep.equal(theirs.shape);
  ours!.data.forEach((value, i) => {
    expect(value, `${name}[${i}]`).to.be.closeTo(theirs.data[i]!, tolerance);
  });
}

/** An output and the gradients of its weighed sum. */
function throughout(fn: (at: Named) => Tensor, given: Named): { y: Tensor; gradients: Named } {
  const { value: y, pullback } = vjp(fn, given);
  return { y, gradients: pullback(cast(drawn(77, ...y.shape), y.dtype)) };
}

describe("attention", () => {
  it("gives what PyTorch gives, with its gradients", () => {
    for (const { name, inputs, options, output, upstream, gradients } of goldenCases("attention")) {
      const { mask, ...params } = inputs;
      const causal = options.causal === true;
      const { value, pullback } = vjp(({ q, k, v }) => attention(q!, k!, v!, { causal, mask }), params);
      expectClose(name, value, output.y!);
      const ours: Named = pullback(upstream.y!);
      for (const [input, wanted] of Object.entries(gradients)) {
        expectClose(`${name}: ${input}`, ours[input], wanted);
      }
    }
  });

  it("is the weights times the values, and every row of the weights sums to 1", () => {
    const [q, k, v] = [drawn(1, 2, 3, 4), drawn(2, 2, 5, 4), drawn(3, 2, 5, 3)];
    const weights = attentionWeights(q, k, { causal: true, lengths: [5, 4] });
    expectClose("sums", sum(weights, { axis: -1 }), tensor(new Float64Array(6).fill(1), { shape: [2, 3] }));
    expectClose("output", attention(q, k, v, { causal: true, lengths: [5, 4] }), matmul(weights, v));
  });

  it("does the same whether heads lie in the last axis, in one of their own, or beside k and v", () => {
    const [q, k, v] = [drawn(1, 2, 5, 6), drawn(2, 2, 5, 6), drawn(3, 2, 5, 6)];
    const options = { causal: true, lengths: [5, 3], bias: drawn(4, 3, 5, 5) };
    const apart = [q, k, v].map((x) => splitHeads(x, 3));
    const merged = mergeHeads(attention(apart[0]!, apart[1]!, apart[2]!, options));
    expectClose("heads", attention(q, k, v, { ...options, heads: 3 }), merged);
    const packed = selfAttention(concat([q, k, v], { axis: -1 }), { ...options, heads: 3 });
    expectClose("packed", packed, merged);
  });

  it("gives the same in float32, where wasm computes, forward and back", () => {
    const [queries, keys] = [33, 41];
    const given = { q: drawn(1, 3, queries, 20), k: drawn(2, 3, keys, 20), v: drawn(3, 3, keys, 20) };
    const bias = drawn(4, 4, queries, 1);
    const single = (all: Named): Named =>
      Object.fromEntries(Object.entries(all).map(([name, x]) => [name, cast(x, "float32")]));
    for (const options of [
      {},
      { causal: true },
      { lengths: [41, 7, 0] },
      { causal: true, lengths: [3, 41, 20] },
    ]) {
      const look = ({ q, k, v, bias }: Named): Tensor =>
        attention(q!, k!, v!, { ...options, bias, heads: 4 });
      for (const all of [given, { ...given, bias }]) {
        const [wide, narrow] = [throughout(look, all), throughout(look, single(all))];
        expectClose("output", narrow.y, wide.y, 1e-5);
        for (const [name, g] of Object.entries(wide.gradients))
          expectClose(name, narrow.gradients[name], g, 2e-5);
      }
    }
    const packed = { qkv: drawn(6, 3, 40, 60) };
    const self = ({ qkv }: Named): Tensor => selfAttention(qkv!, { heads: 4, causal: true });
    const [wide, narrow] = [throughout(self, packed), throughout(self, single(packed))];
    expectClose("self", narrow.y, wide.y, 1e-5);
    expectClose("self, gradient", narrow.gradients.qkv, wide.gradients.qkv!, 2e-5);
  });

  it("gives the same in both twins, on one thread and on two", () => {
    const qkv = cast(drawn(5, 8, 64, 48), "float32");
    const self = ({ qkv }: Named): Tensor => selfAttention(qkv!, { heads: 4, causal: true });
    const threads = backend.threads;
    try {
      backend.threads = 1;
      const alone = throughout(self, { qkv });
      backend.threads = 2;
      const shared = throughout(self, { qkv });
      backend.force("plain");
      const plain = throughout(self, { qkv });
      for (const run of [alone, shared]) {
        expectClose("output", run.y, plain.y, 1e-5);
        expectClose("gradient", run.gradients.qkv, plain.gradients.qkv!, 1e-5);
      }
    } finally {
      backend.force("auto");
      backend.threads = threads;
    }
  });

  it("gives a query that may see no key zeros, and no NaN in any gradient", () => {
    const given = { q: drawn(1, 2, 3, 2), k: drawn(2, 2, 2, 2), v: drawn(3, 2, 2, 2) };
    const { y, gradients } = throughout(
      ({ q, k, v }) => attention(q!, k!, v!, { causal: true, lengths: [2, 0] }),
      given,
    );
    // Three queries and two keys: the first is ahead of both.
    expect(Array.from(slice(y, 0, 0).data)).to.deep.equal([0, 0]);
    expect(slice(y, 1).data.every((value) => value === 0)).to.equal(true);
    for (const g of Object.values(gradients)) expect(g.data.some(Number.isNaN)).to.equal(false);
    const second = hvp(
      ({ q, k, v }) => sum(mul(drawn(9, 2, 3, 2), attention(q!, k!, v!, { lengths: [1, 0] }))),
      given,
      given,
    );
    for (const g of Object.values(second)) expect(g.data.some(Number.isNaN)).to.equal(false);
  });

  it("has Hessian-vector products, those of gradients' differences", () => {
    const given = {
      q: drawn(1, 2, 3, 4),
      k: drawn(2, 2, 3, 4),
      v: drawn(3, 2, 3, 4),
      bias: drawn(4, 2, 3, 3),
    };
    const towards = {
      q: drawn(5, 2, 3, 4),
      k: drawn(6, 2, 3, 4),
      v: drawn(7, 2, 3, 4),
      bias: drawn(8, 2, 3, 3),
    };
    const loss = ({ q, k, v, bias }: Named): Tensor => {
      const y = attention(q!, k!, v!, { causal: true, heads: 2, bias, lengths: [3, 2] });
      return sum(mul(y, mul(y, y)));
    };
    const shaped: Named = { ...given, bias: drawn(4, 2, 1, 3, 3) };
    const step: Named = { ...towards, bias: drawn(8, 2, 1, 3, 3) };
    const moved = (by: number): Named =>
      Object.fromEntries(Object.entries(shaped).map(([name, x]) => [name, add(x, mul(by, step[name]!))]));
    const [after, before] = [1e-5, -1e-5].map((by) => vjp(loss, moved(by)).pullback(one));
    for (const [name, value] of Object.entries(hvp(loss, shaped, step))) {
      expectClose(name, value, mul(5e4, add(after![name]!, mul(-1, before![name]!))), 1e-7);
    }
  });

  it("hands NaN on only to the queries that see it", () => {
    const q = drawn(1, 3, 2);
    const k = tensor(
      [
        [1, 0],
        [0, 1],
        [Number.NaN, 0],
      ],
      { dtype: "float64" },
    );
    const y = attention(q, k, drawn(2, 3, 2), { causal: true });
    expect(slice(y, [0, 2]).data.some(Number.isNaN)).to.equal(false);
    expect(slice(y, 2).data.every(Number.isNaN)).to.equal(true);
    const many = new Float32Array(64 * 16).fill(1);
    many[40 * 16] = Number.NaN;
    const keys = tensor(many, { shape: [64, 16] });
    const wide = attention(keys, keys, cast(drawn(3, 64, 16), "float32"), { causal: true });
    expect(slice(wide, [0, 40]).data.some(Number.isNaN)).to.equal(false);
    expect(slice(wide, [40, null]).data.every(Number.isNaN)).to.equal(true);
  });

  it("gives nothing for no queries, and zeros for no keys", () => {
    expect(attention(drawn(1, 2, 0, 3), drawn(2, 2, 4, 3), drawn(3, 2, 4, 3)).shape).to.deep.equal([2, 0, 3]);
    const y = attention(drawn(1, 2, 2, 3), drawn(2, 2, 0, 3), drawn(3, 2, 0, 3));
    expect(y.data.every((value) => value === 0)).to.equal(true);
  });
});

describe("attention that is given what does not fit", () => {
  const [q, k, v] = [drawn(1, 2, 3, 4), drawn(2, 2, 5, 4), drawn(3, 2, 5, 6)];

  it("names the shapes and what would fit", () => {
    expect(() => attention(q, v, v)).to.throw(
      ShapeError,
      /\[2, 3, 4\], \[2, 5, 6\].*\[2, keys, 4\] and \[2, keys, width\] would fit/,
    );
    expect(() => attention(q, k, slice(v, null, [0, 4]))).to.throw(ShapeError, /do not fit together/);
    expect(() => attention(q, slice(k, 0), v)).to.throw(ShapeError, /do not fit together/);
    expect(() => attention(tensor([1]), k, v)).to.throw(ShapeError, /do not fit together/);
    expect(() => attention(q, k, v, { heads: 3 })).to.throw(ShapeError, /3 heads do not divide/);
    expect(() => selfAttention(q, { heads: 2 })).to.throw(ShapeError, /does not hold q, k and v of 2 heads/);
    expect(() => splitHeads(q, 3)).to.throw(ShapeError, /does not fall into 3 heads/);
    expect(() => mergeHeads(tensor([[1]]))).to.throw(ShapeError, /no axis of heads/);
  });

  it("names the mask, the bias, the lengths and the scale", () => {
    const mask = tensor([[true, false]]);
    expect(() => attention(q, k, v, { mask })).to.throw(
      ShapeError,
      /the mask of shape \[1, 2\].*\[2, 3, 5\].*\[3, 5\] would fit/,
    );
    expect(() => attention(q, k, v, { bias: drawn(4, 3, 2, 3, 5) })).to.throw(
      ShapeError,
      /the bias of shape/,
    );
    expect(() => attention(q, k, v, { lengths: [1] })).to.throw(ShapeError, /1 lengths/);
    expect(() => attention(slice(q, 0), slice(k, 0), slice(v, 0), { lengths: [1] })).to.throw(
      ShapeError,
      /lengths/,
    );
    expect(() => attention(q, k, v, { lengths: [1, 6] })).to.throw(
      RangeError,
      /length 6 of batch entry 1.*0 … 5/,
    );
    for (const scale of [0, -1, Number.NaN]) {
      expect(() => attention(q, k, v, { scale })).to.throw(RangeError, `the scale is ${scale}`);
    }
  });
});
