// Attacks on whoever reads the results: markup, escape codes and directions in all that a student can name.
import { expect } from "chai";
import type { Attack } from "./attack.ts";

export const SCRIPT = `<script>alert("gradbook-attack")</script><img src=x onerror=alert(1)>`;
const ESCAPES = "\\u001b[2J\\u001b]0;title\\u0007\\u202e\\u2066\\u0000\\ud800";

export const onFeedback: readonly Attack[] = [
  {
    name: "that prints and throws markup and escape codes",
    harmless: true,
    answers: {
      normalise: `console.log(${JSON.stringify(SCRIPT)} + "${ESCAPES}");
function normalise(xs: readonly number[]): any { throw new TypeError(${JSON.stringify(SCRIPT)} + "${ESCAPES}"); }`,
      twice: `throw Object.assign(new Error(${JSON.stringify(SCRIPT)}), { name: ${JSON.stringify(SCRIPT)} });`,
      "stable-softmax": `function stableSoftmax(z: readonly number[]): any { return { [${JSON.stringify(SCRIPT)}]: "${ESCAPES}" }; }`,
      later: `const shown: number = ${JSON.stringify(SCRIPT)};`,
    },
    also: (result) => expect(JSON.stringify(result)).to.include("gradbook-attack"),
  },
  {
    name: "that prints control characters without end of line",
    harmless: true,
    answers: {
      normalise: `process.stdout.write("\\r\\b".repeat(5000)); console.log("%c%s%o%O%j", "color: red", {}, [], null);
console.table([{ a: 1 }]); console.error(new Proxy({}, { get() { throw 1; } }));
function normalise(xs: readonly number[]): any { return xs; }`,
    },
  },
];
