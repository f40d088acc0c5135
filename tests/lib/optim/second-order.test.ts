import { expect } from "chai";
import {
  adam,
  add,
  bfgs,
  cos,
  full,
  lbfgs,
  type Minimizer,
  momentum,
  mul,
  nesterov,
  newton,
  type Params,
  perEpoch,
  powerDecay,
  rmsprop,
  rows,
  sgd,
  square,
  stepDecay,
  sub,
  sum,
  type Tensor,
  tensor,
} from "../../../lib/index.ts";
import { readGolden } from "../golden/read.ts";

interface Rosenbrock {
  readonly rosenbrock: Readonly<
    Record<
      string,
      { readonly x: readonly number[]; readonly steps: number; readonly points: readonly number[][] }
    >
  >;
}
const golden = readGolden<Rosenbrock>("optim").rosenbrock;

/** Σ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)² (Rosenbrock, 1960): a narrow valley that bends. */
function rosenbrock({ x }: Params): Tensor {
  const n = x!.size;
  const [here, next] = [rows(x!, 0, n - 1), rows(x!, 1, n)];
  return add(mul(sum(square(sub(next, square(here)))), 100), sum(square(sub(1, here))));
}

function startOf(n: number): { x: Tensor } {
  return {
    x: tensor(
      Array.from({ length: n }, (_, i) => (i % 2 === 0 ? -1.2 : 1)),
      { dtype: "float64" },
    ),
  };
}

/** Steps until the loss is all but 0. */
function descend(optimizer: Minimizer, params: { x: Tensor }, most = 300): number {
  for (let step = 0; step < most; step++) {
    if (optimizer.minimize(rosenbrock, params).value.item() < 1e-18) return step;
  }
  return most;
}

describe("quasi-Newton methods", () => {
  for (const n of [2, 5, 10]) {
    it(`find SciPy's minimum of Rosenbrock's function in ${n} dimensions in about as many steps`, () => {
      const { x, steps } = golden[`L-BFGS-B ${n}`]!;
      for (const make of [lbfgs, bfgs]) {
        const params = startOf(n);
        const taken = descend(make(), params);
        expect(taken, make.name).to.be.below(2 * steps);
        x.forEach((value, i) => {
          expect(params.x.data[i], `${make.name}: x[${i}]`).to.be.closeTo(value, 1e-5);
        });
      }
    });
  }

  it("know a quadratic in n dimensions after n steps", () => {
    const a = tensor([1, 4, 9, 100], { dtype: "float64" });
    const loss = ({ x }: Params): Tensor => sum(mul(a, square(sub(x!, 3))));
    const params = { x: full([4], 0, "float64") };
    const optimizer = bfgs();
    for (let i = 0; i < 25; i++) optimizer.minimize(loss, params);
    for (const value of params.x.data) expect(value).to.be.closeTo(3, 1e-8);
  });

  it("go on from a saved state as if nothing had happened", () => {
    for (const make of [lbfgs, bfgs]) {
      const straight = startOf(5);
      const one = make();
      for (let i = 0; i < 20; i++) one.minimize(rosenbrock, straight);
      const broken = startOf(5);
      const first = make();
      for (let i = 0; i < 10; i++) first.minimize(rosenbrock, broken);
      const second = make();
      second.restore(first.state());
      for (let i = 0; i < 10; i++) second.minimize(rosenbrock, broken);
      expect([...broken.x.data], make.name).to.deep.equal([...straight.x.data]);
    }
  });

  it("train float32 parameters of several shapes", () => {
    const params = { W: full([20, 30], 0.5), b: full([3], 2) };
    const loss = ({ W, b }: Params): Tensor => add(sum(square(sub(W!, 1))), sum(square(cos(b!))));
    const optimizer = lbfgs();
    for (let i = 0; i < 15; i++) optimizer.minimize(loss, params);
    expect(loss(params).item()).to.be.below(1e-6);
  });

  it("stay where the gradient is 0, and say when the model is another one", () => {
    const params = { x: full([3], 1, "float64") };
    const optimizer = lbfgs();
    optimizer.minimize(rosenbrock, params);
    expect([...params.x.data]).to.deep.equal([1, 1, 1]);
    optimizer.minimize(rosenbrock, startOf(3));
    expect(() => optimizer.minimize(rosenbrock, startOf(4))).to.throw(
      "lbfgs: the parameters were 3 numbers and are now 4",
    );
    expect(() => lbfgs({ memory: 0 })).to.throw("lbfgs: memory is 0");
  });

  it("come back from a step into the infinite", () => {
    const barrier = ({ x }: Params): Tensor => sum(sub(mul(x!, x!), mul(2, cos(mul(x!, 30)))));
    const params = { x: tensor([3e5, -1e5], { dtype: "float64" }) };
    const optimizer = lbfgs();
    let before = Infinity;
    for (let i = 0; i < 30; i++) {
      const value = optimizer.minimize(barrier, params).value.item();
      expect(value).to.be.at.most(before);
      before = value;
    }
  });
});

describe("newton", () => {
  for (const n of [2, 5, 10]) {
    it(`walks as NumPy does in ${n} dimensions`, () => {
      const params = startOf(n);
      const optimizer = newton();
      golden[`newton ${n}`]!.points.forEach((point, step) => {
        optimizer.minimize(rosenbrock, params);
        point.forEach((value, i) => {
          expect(params.x.data[i], `step ${step}, x[${i}]`).to.be.closeTo(
            value,
            1e-6 * (1 + Math.abs(value)),
          );
        });
      });
    });
  }

  it("is at a quadratic's minimum at once, whatever the parameters' shapes", () => {
    const params = { W: full([2, 3], 5, "float64"), b: full([2], -1, "float64") };
    const loss = ({ W, b }: Params): Tensor =>
      add(sum(square(sub(W!, 2))), add(sum(square(b!)), mul(sum(b!), sum(W!))));
    newton({ damping: 0 }).minimize(loss, params);
    const { grads } = newton().minimize(loss, params);
    for (const g of Object.values(grads)) for (const value of g.data) expect(value).to.be.closeTo(0, 1e-9);
  });

  it("goes to a saddle where a line search would not, and asks for damping where there is no curvature", () => {
    const saddle = ({ x }: Params): Tensor => sum(mul(tensor([1, -1], { dtype: "float64" }), square(x!)));
    const params = { x: tensor([1, 0.1], { dtype: "float64" }) };
    newton().minimize(saddle, params);
    expect([...params.x.data]).to.deep.equal([0, 0]);
    const other = { x: tensor([0.1, 1], { dtype: "float64" }) };
    newton({ lineSearch: true }).minimize(saddle, other);
    expect(Math.abs(other.x.data[1]!)).to.be.above(1);
    expect(() => newton().minimize(({ x }) => sum(x!), params)).to.throw("a damping above 0, such as 1e-3");
  });
});

describe("momentum", () => {
  const bowl = ({ x }: Params): Tensor => sum(mul(tensor([1, 20], { dtype: "float64" }), square(x!)));
  const from = (): { x: Tensor } => ({ x: tensor([1, 1], { dtype: "float64" }) });
  const walk = (optimizer: Minimizer, steps = 50): number[] => {
    const params = from();
    for (let i = 0; i < steps; i++) optimizer.minimize(bowl, params);
    return [...params.x.data];
  };

  it("is one walk in all three forms at a constant rate", () => {
    const sum = walk(momentum({ rate: 0.01 }));
    const others = [
      walk(momentum({ rate: 0.1, form: "average" })),
      walk(momentum({ rate: 0.01, form: "velocity" })),
    ];
    for (const other of others) {
      other.forEach((value, i) => {
        expect(value).to.be.closeTo(sum[i]!, 1e-12);
      });
    }
  });

  it("is another walk for a velocity when the rate changes", () => {
    const ends = (["sum", "velocity"] as const).map((form) => {
      const params = from();
      const optimizer = momentum({ rate: 0.01, form });
      optimizer.minimize(bowl, params);
      optimizer.rate = 0;
      optimizer.minimize(bowl, params);
      return params.x.data[0]!;
    });
    expect(ends[0]).to.be.closeTo(0.98, 1e-12); // stands still
    expect(ends[1]).to.be.closeTo(0.98 - 0.9 * 0.02, 1e-12); // rolls on
  });

  it("takes a first step as long as plain descent when its bias is corrected", () => {
    const [first] = walk(momentum({ rate: 0.01, form: "average", correctBias: true }), 1);
    expect(first).to.be.closeTo(1 - 0.01 * 2, 1e-15);
    expect(() => momentum({ rate: 1, correctBias: true })).to.throw('correctBias is for the form "average"');
  });

  it("looks ahead: Nesterov's p + μv is where the usual rewriting of it walks", () => {
    const params = from();
    const optimizer = nesterov({ rate: 0.01 });
    for (let i = 0; i < 30; i++) optimizer.minimize(bowl, params);
    const velocity = optimizer.state().tensors["x.velocity"]!.data;
    const rewritten = walk(sgd({ rate: 0.01, momentum: 0.9, nesterov: true }), 30);
    rewritten.forEach((value, i) => {
      expect(params.x.data[i]! + 0.9 * velocity[i]!).to.be.closeTo(value, 1e-12);
    });
  });
});

describe("ε and bias", () => {
  const first = (optimizer: Minimizer, slope: number): number => {
    const params = { x: full([1], 0, "float64") };
    optimizer.minimize(({ x }) => mul(sum(x!), slope), params);
    return -params.x.data[0]!;
  };

  it("without correction Adam's first step is (1 − β₁)/√(1 − β₂) = 3.16 times too long", () => {
    expect(first(adam({ rate: 0.01 }), 5)).to.be.closeTo(0.01, 1e-9);
    expect(first(adam({ rate: 0.01, correctBias: false }), 5)).to.be.closeTo(
      0.01 * (0.1 / Math.sqrt(0.001)),
      1e-8,
    );
  });

  it("inside the root, ε damps gradients up to √ε, outside it up to ε", () => {
    const slope = 1e-6;
    expect(first(adam({ rate: 1 }), slope)).to.be.closeTo(1 / 1.01, 1e-9);
    expect(first(adam({ rate: 1, epsilonInside: true }), slope)).to.be.closeTo(
      1e-6 / Math.sqrt(1e-12 + 1e-8),
      1e-9,
    );
    expect(first(rmsprop({ rate: 1, correctBias: true }), slope)).to.be.closeTo(1 / 1.01, 1e-9);
  });

  it("large tensors in the engine's memory go the same way as small ones", () => {
    for (const options of [{ epsilonInside: true }, { correctBias: false }]) {
      const ends = [2, 1000].map((size) => {
        const params = { x: full([size], 1) };
        const optimizer = adam({ rate: 0.1, ...options });
        for (let i = 0; i < 5; i++) optimizer.minimize(({ x }) => sum(square(x!)), params);
        return params.x.data[1]!;
      });
      expect(ends[0]).to.be.closeTo(ends[1]!, 1e-6);
    }
  });
});

describe("a schedule by epochs", () => {
  it("stands still within an epoch", () => {
    const schedule = perEpoch(powerDecay({ rate: 1 }), 10);
    expect([0, 9, 10, 25].map(schedule)).to.deep.equal([1, 1, 0.95, 0.95 ** 2]);
    expect(() => stepDecay({ rate: 1, every: 0 })).to.throw(
      "stepDecay: every is 0; it must be a number above 0.",
    );
  });
});
