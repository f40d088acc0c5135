import { expect } from "chai";
import {
  adam,
  full,
  mean,
  mul,
  type Optimizer,
  Random,
  sgd,
  square,
  sub,
  type Tensor,
  tensor,
  valueAndGrad,
} from "../../../lib/index.ts";

/** Parameters of both kinds: one in the engine's memory, one small, one float64. */
function parameters(): Record<string, Tensor> {
  const random = new Random(3);
  return {
    large: random.normal([30, 20]),
    small: random.normal([5]),
    exact: random.normal([300], { dtype: "float64" }),
  };
}

/** The numbers of `steps` updates with gradients cos(k + i), and what the formula makes of them in plain doubles. */
function follow(
  optimizer: Optimizer,
  formula: () => (p: number, g: number, step: number) => number,
  steps = 4,
): void {
  const params = parameters();
  const wanted = Object.fromEntries(
    Object.entries(params).map(([name, { data }]) => [
      name,
      Array.from(data, (p) => ({ p, update: formula() })),
    ]),
  );
  for (let step = 1; step <= steps; step++) {
    const grads = Object.fromEntries(
      Object.entries(params).map(([name, { shape, dtype, size }]) => [
        name,
        tensor(
          Float64Array.from({ length: size }, (_, i) => Math.cos(step + i)),
          { shape, dtype },
        ),
      ]),
    );
    optimizer.step(params, grads);
    for (const [name, numbers] of Object.entries(wanted)) {
      numbers.forEach((number, i) => {
        number.p = number.update(number.p, grads[name]!.storage.array()[i]!, step);
      });
    }
  }
  for (const [name, numbers] of Object.entries(wanted)) {
    const tolerance = name === "exact" ? 1e-12 : 1e-5;
    numbers.forEach(({ p }, i) => {
      expect(params[name]!.data[i], `${name}[${i}]`).to.be.closeTo(p, tolerance);
    });
  }
}

describe("sgd", () => {
  it("goes against the gradient", () => {
    follow(sgd({ rate: 0.1 }), () => (p, g) => p - 0.1 * g);
  });

  it("keeps its momentum, shrinks the weights, and looks ahead with Nesterov", () => {
    for (const nesterov of [false, true]) {
      follow(sgd({ rate: 0.1, momentum: 0.9, nesterov, weightDecay: 0.01 }), () => {
        let v = 0;
        return (p, g) => {
          const d = g + 0.01 * p;
          v = 0.9 * v + d;
          return p - 0.1 * (nesterov ? d + 0.9 * v : v);
        };
      });
    }
  });
});

describe("adam", () => {
  const formula = (weightDecay: number, decoupled: boolean) => () => {
    let [m, v] = [0, 0];
    return (p: number, g: number, step: number): number => {
      const d = decoupled ? g : g + weightDecay * p;
      m = 0.9 * m + 0.1 * d;
      v = 0.999 * v + 0.001 * d * d;
      const move = (0.01 * m) / (1 - 0.9 ** step) / (Math.sqrt(v / (1 - 0.999 ** step)) + 1e-8);
      return (decoupled ? p * (1 - 0.01 * weightDecay) : p) - move;
    };
  };

  it("follows Kingma and Ba", () => {
    follow(adam({ rate: 0.01 }), formula(0, true));
  });

  it("shrinks the weights beside the step, or within the gradient where that is asked", () => {
    follow(adam({ rate: 0.01, weightDecay: 0.1 }), formula(0.1, true));
    follow(adam({ rate: 0.01, weightDecay: 0.1, decoupled: false }), formula(0.1, false));
  });

  it("goes on from a saved state as if nothing had happened", () => {
    const loss = (at: Record<string, Tensor>): Tensor => mean(square(sub(mul(at.w!, at.w!), 2)));
    const train = (optimizer: Optimizer, params: Record<string, Tensor>, steps: number): void => {
      for (let i = 0; i < steps; i++) optimizer.step(params, valueAndGrad(loss, params).grads);
    };
    const straight = { w: full([300], 0.5) };
    train(adam({ rate: 0.01 }), straight, 20);
    const broken = { w: full([300], 0.5) };
    const first = adam({ rate: 0.01 });
    train(first, broken, 10);
    const saved = first.state();
    const second = adam({ rate: 0.01 });
    second.restore(saved);
    train(second, broken, 10);
    expect(broken.w.data).to.deep.equal(straight.w.data);
    expect(Object.keys(saved.tensors)).to.deep.equal(["w.mean", "w.square"]);
    expect(saved.steps).to.equal(10);
  });
});

describe("an optimizer", () => {
  it("writes into the parameter, and not into what its data gave before", () => {
    for (const size of [3, 1000]) {
      const p = full([size], 1);
      const before = p.data;
      sgd({ rate: 0.5 }).step({ p }, { p: full([size], 1) });
      expect(before[2]).to.equal(1);
      expect(p.data[2]).to.equal(0.5);
    }
  });

  it("takes another rate between steps, and leaves what has no gradient", () => {
    const params = { a: full([2], 1), b: full([2], 1) };
    const optimizer = sgd({ rate: 0.5 });
    optimizer.rate = 0.25;
    optimizer.step(params, { a: full([2], 1) });
    expect([...params.a.data, ...params.b.data]).to.deep.equal([0.75, 0.75, 1, 1]);
  });

  it("says what does not fit", () => {
    const p = full([2], 1);
    const optimizer = sgd({ rate: 1, momentum: 0.9 });
    expect(() => optimizer.step({ p }, { q: p })).to.throw(
      'sgd: there is a gradient of "q" and no parameter of that name.',
    );
    expect(() => optimizer.step({ p }, { p: full([3], 1) })).to.throw(
      'sgd: parameter "p" is float32 [2] and its gradient float32 [3]; they must be alike.',
    );
    optimizer.step({ p }, { p });
    expect(() => optimizer.step({ p: full([3], 1) }, { p: full([3], 1) })).to.throw(
      'sgd: "p.velocity" has shape [2] and the parameter now [3]',
    );
    expect(() => adam({ beta1: 1 })).to.throw(
      "adam: beta1 is 1; it must be from 0 up to but not including 1.",
    );
    expect(() => sgd({ rate: Number.NaN })).to.throw("sgd: rate is NaN; it must be 0 or more.");
    expect(() => sgd({ rate: 1, nesterov: true })).to.throw("needs a momentum");
  });
});
