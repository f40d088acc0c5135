import { inspect } from "node:util";
import { expect } from "chai";
import { linspace, lookOf, reshape, tensor, zeros } from "../../../lib/index.ts";

describe("printing a tensor", () => {
  it("lines the numbers up, a row a line, with element type and shape", () => {
    expect(
      String(
        tensor([
          [1, -2.5],
          [30, 4],
        ]),
      ),
    ).to.equal("tensor([[ 1.0000, -2.5000],\n        [30.0000,  4.0000]], float32 [2, 2])");
  });

  it("writes whole numbers without decimals, and scalars without brackets", () => {
    expect(String(tensor([1, 20], { dtype: "int32" }))).to.equal("tensor([ 1, 20], int32 [2])");
    expect(String(tensor(3))).to.equal("tensor(3, float32 [])");
    expect(String(tensor([true, false]))).to.equal("tensor([ true, false], bool [2])");
  });

  it("writes powers of ten where sizes differ by more than a million", () => {
    expect(String(tensor([1, 1e-9]))).to.equal("tensor([1.0000e+0, 1.0000e-9], float32 [2])");
  });

  it("shows NaN and infinities as such", () => {
    expect(String(tensor([Number.NaN, 1, -Infinity]))).to.equal(
      "tensor([      NaN,         1, -Infinity], float32 [3])",
    );
  });

  it("parts the planes of three axes by an empty line", () => {
    expect(String(zeros([2, 1, 2]))).to.equal("tensor([[[0, 0]],\n\n        [[0, 0]]], float32 [2, 1, 2])");
  });

  it("shows the edges alone of more than 1,000 elements", () => {
    expect(String(linspace(0, 1999, 2000))).to.equal(
      "tensor([   0,    1,    2, …, 1997, 1998, 1999], float32 [2000])",
    );
    expect(String(zeros([1000, 1000])).split("\n")).to.have.length(7);
  });

  it("shows an empty tensor", () => {
    expect(String(zeros([0]))).to.equal("tensor([], float32 [0])");
  });

  it("shows itself in notebooks as text, and a narrow matrix as a table as well", () => {
    expect(lookOf(tensor([1, 2]))).to.deep.equal({ "text/plain": "tensor([1, 2], float32 [2])" });
    const look = lookOf(reshape(linspace(1, 4, 4), [2, 2]));
    expect(look?.["text/html"]).to.match(/^<table>.*<td>4<\/td>/);
    expect(lookOf(zeros([3, 784]))).to.have.all.keys("text/plain");
  });

  it("prints the same under console.log", () => {
    expect(inspect(tensor([1, 2]))).to.equal("tensor([1, 2], float32 [2])");
  });
});
