// What the start-up snapshot holds: TypeScript, and a checker that has looked at Node's types. Once started from
// it, the process answers one line of JSON by another, until nobody writes any more.
import v8 from "node:v8";
import { checks, testedChecker } from "./choose.ts";
import type { TypeScript } from "./internals.ts";
import { ownNames } from "./own.ts";
import type { LanguageRequest } from "./port.ts";
import { rehearse } from "./rehearsal.ts";
import { type Answer, type Opening, openSession } from "./serve.ts";

export function keepInSnapshot(ts: TypeScript): void {
  const restore = withoutCollators();
  // Completion is not needed at once, and the builder has tested it.
  const tested = testedChecker(
    ts,
    checks,
    // The reference would bring in all of TensorFlow.js.
    ownNames().filter((name) => name !== "gradbook/reference"),
  );
  if (!tested) throw new Error("This TypeScript does not pass the checker's self-test");
  v8.startupSnapshot.setDeserializeMainFunction(() => {
    restore();
    let answer: Answer | undefined;
    let asked = (): void => {};
    let rest = "";
    process.stdin.setEncoding("utf8");
    process.stdin.on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (answer) {
          asked();
          process.stdout.write(`${JSON.stringify(answer(JSON.parse(line) as LanguageRequest))}\n`);
        } else {
          answer = openSession(ts, JSON.parse(line) as Opening, tested);
          process.stdout.write("ready\n");
          asked = rehearse(answer);
        }
      }
    });
    // The kernel is gone, however it went.
    process.stdin.on("end", () => process.exit(0));
  });
}

/** No snapshot can hold an Intl.Collator: one that is made meanwhile becomes real after the start. */
function withoutCollators(): () => void {
  const { Collator } = Intl;
  let started = false;
  class LateCollator {
    readonly compare: (a: string, b: string) => number;

    constructor(...given: ConstructorParameters<typeof Intl.Collator>) {
      let real: Intl.Collator | undefined;
      this.compare = (a, b) => {
        if (started) real ??= new Collator(...given);
        return real ? real.compare(a, b) : a < b ? -1 : a > b ? 1 : 0;
      };
    }
  }
  Reflect.set(Intl, "Collator", LateCollator);
  return () => {
    started = true;
    Reflect.set(Intl, "Collator", Collator);
  };
}
