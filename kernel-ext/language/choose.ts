// Which checker serves a session: the persistent one, unless a self-test finds that this TypeScript's internal
// parts are not as it expects.
import type ts from "typescript";
import { Checker } from "./checker.ts";
import type { CellChecker, Place } from "./checks.ts";
import { defaultOptions } from "./compiler.ts";
import type { CreateChecker } from "./engine.ts";
import type { TypeScript } from "./internals.ts";
import { ServiceChecker } from "./service.ts";

const NOWHERE: Place = { folder: "/", language: "typescript" };

/** A persistent checker that has passed its self-test and is warm by it, or undefined. */
export function testedChecker(
  ts: TypeScript,
  test: (checker: CellChecker) => boolean = works,
  imported: readonly string[] = [],
): Checker | undefined {
  try {
    const checker = new Checker(ts, NOWHERE, defaultOptions(ts), undefined, imported);
    if (!test(checker)) return undefined;
    checker.move(NOWHERE);
    return checker;
  } catch {
    return undefined;
  }
}

/** How to make a session's checker out of what the self-test left. */
export function checkersFrom(ts: TypeScript, place: Place, tested: Checker | undefined): CreateChecker {
  return (options, restart, where = "node"): CellChecker => {
    const here = { ...place, where };
    if (!tested) return new ServiceChecker(ts, here, options);
    const usual = JSON.stringify(options) === JSON.stringify(tested.options);
    if (where === "page") return new Checker(ts, here, options, declarationsOf(tested));
    if (restart || !usual) return new Checker(ts, place, options, tested.parsedFiles);
    tested.move(place);
    return tested;
  };
}

/** Two checkers cannot both look after files that are edited. */
function declarationsOf({ parsedFiles }: Checker): Map<string, ts.SourceFile> {
  return new Map([...parsedFiles].filter(([name]) => name.endsWith(".d.ts")));
}

export function works(checker: CellChecker): boolean {
  return checks(checker) && completes(checker);
}

/** Cells see each other, and an error is found; common types are looked at for the first time. */
export function checks(checker: CellChecker): boolean {
  const first = checker.parse(`interface T { n: number }
const t: T = { n: 1 }
const list = [1, 2, 3].map((x) => x * 2).filter((x) => x > 1)
const sum = list.reduce((a, b) => a + b, 0)
class C<X> { constructor(private x: X) {} get value(): X { return this.x } }
async function later(): Promise<number> { await Promise.all([1, 2]); return new C(1).value }
for (const [key, value] of Object.entries({ a: 1 })) console.log(key, value.toFixed(), JSON.stringify(key))
console.log("a".toUpperCase(), Math.max(sum, 2), new Map([[1, "b"]]).get(1)?.length, new Date().getTime())`);
  if (checker.check(first).length > 0) return false;
  checker.accept(first);
  const second = checker.parse("t.n.toFixed()");
  if (checker.check(second).length > 0) return false;
  checker.accept(second);
  const wrong = checker.check(checker.parse("t.m"));
  return wrong.length === 1 && wrong[0]?.code === 2339 && wrong[0].start === 2;
}

function completes(checker: CellChecker): boolean {
  const unfinished = checker.parse("t.n.");
  return checker.completions(unfinished, 4)?.entries.some(({ name }) => name === "toFixed") ?? false;
}
