import { expect } from "chai";
import type { Figure } from "../../../lib/plots/figure.ts";

/** Whatever a figure is made of, it must survive being sent, and name what it shows. */
export function sent({ layout, data }: Figure): void {
  expect(JSON.parse(JSON.stringify(data))).to.deep.equal(data);
  expect(JSON.stringify(layout)).not.to.match(/undefined|NaN/);
  expect(layout.title.text).not.to.equal("");
}
