// Attacks on the type checker, which reads answers where they are trusted least to be small.
import { type Attack, LITTER } from "./attack.ts";

const HONEST_ESTIMATE =
  "function estimate(xs: readonly number[]): number { return xs.reduce((a, b) => a + b, 0) / xs.length; }";
const wrong = (types: string): string =>
  `${types}\nfunction normalise(xs: readonly number[]): any { return xs; }`;

/** What does not compile costs its own exercise, and the one beside it gets its points. */
const beside = (name: string, code: string): Attack => ({
  name,
  harmless: true,
  unrun: true,
  due: 4,
  answers: { normalise: code, estimate: HONEST_ESTIMATE },
});

export const onTypes: readonly Attack[] = [
  beside("nested 20,000 brackets deep", `const deep: any = ${"[".repeat(20_000)}${"]".repeat(20_000)};`),
  beside("nested 5,000 functions deep", `const deep: any = ${"() => ".repeat(5_000)}1;`),
  beside("with 50,000 terms in a row", wrong(`const long: number = ${"1 + ".repeat(50_000)}1;`)),
  beside(
    "with 20,000 calls in a chain",
    wrong(`const chain: any = {} as any; chain${".a()".repeat(20_000)};`),
  ),
  beside(
    "with a template of 3,000 levels",
    wrong(`const t: string = ${"`${".repeat(3_000)}1${"}`".repeat(3_000)};`),
  ),
  beside(
    "whose types have no end",
    wrong(`type Grow<T extends unknown[]> = T["length"] extends 9999 ? T : Grow<[...T, ...T, 1]>;
type Many = \`\${"a" | "b" | "c" | "d"}\${"a" | "b" | "c" | "d"}\${"a" | "b" | "c" | "d"}\${"a" | "b" | "c" | "d"}\${"a" | "b" | "c" | "d"}\${"a" | "b" | "c" | "d"}\${"a" | "b" | "c" | "d"}\${"a" | "b" | "c" | "d"}\${"a" | "b" | "c" | "d"}\`;
const grown: Grow<[1]> = 1; const many: Many = 1;`),
  ),
  {
    name: "whose types take minutes to work out",
    harmless: true,
    unrun: true,
    endsChecker: true,
    answers: {
      normalise: wrong(
        `type N<T, D extends 0[] = []> = D["length"] extends 14 ? T : N<T, [...D, 0]> | N<[T], [...D, 0]> | N<{ a: T }, [...D, 0]>;\n${Array.from({ length: 200 }, (_, i) => `const x${i}: N<"${i}"> = ${i};`).join("\n")}`,
      ),
    },
  },
  {
    name: "that declares the test's imports anew",
    harmless: true,
    unrun: true,
    answers: {
      normalise:
        wrong(`declare global { interface Array<T> { everything: never; entries(): any; } var assert: any; interface Number { never: never } }
declare module "chai" { interface Assert { deepEqual(...rest: any[]): never; } }
declare module "gradbook/exercises" { export function check(...rest: any[]): 4; }`),
    },
  },
  {
    name: "whose types keep the test from compiling",
    harmless: true,
    unrun: true,
    answers: {
      normalise: "const normalise: unique symbol = Symbol('<script>alert(1)</script>');",
      bag: "type Bag<T> = T[];",
    },
  },
  {
    name: "that declares a test's names as types and namespaces",
    harmless: true,
    unrun: true,
    answers: {
      normalise:
        "interface normalise { (): void }\nnamespace assert { export const deepEqual: any = () => {}; }",
      twice: "enum twice { a }\nabstract class assert2 {}",
    },
  },
  {
    name: "of 900,000 characters",
    harmless: true,
    answers: {
      normalise: wrong(
        Array.from({ length: 20_000 }, (_, i) => `const v${i}: { a: number } = { a: ${i} };`).join("\n"),
      ),
    },
  },
  {
    name: "with 2,000 cells of its own",
    harmless: true,
    own: Array.from({ length: 2_000 }, (_, i) => `const own${i}: number = ${i ? `own${i - 1} + ` : ""}1;`),
    answers: { normalise: "function normalise(xs: readonly number[]): any { return [own1999]; }" },
  },
  {
    name: "with compiler options and directives of its own",
    harmless: true,
    answers: {
      normalise: `// @ts-nocheck
/* @jsx evil */ /** @jsxImportSource /tmp/${LITTER}evil */
/// <amd-module name="assert" />
"use strict"; "use asm";
function normalise(xs: readonly number[]): number[] { return xs as number[]; }
//# sourceMappingURL=file:///etc/passwd`,
    },
  },
];
