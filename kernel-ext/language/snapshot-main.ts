// What the start-up snapshot holds: TypeScript, and a checker that has looked at Node's types. Once started from
// it, the process answers one line of JSON by another, until nobody writes any more.
import v8 from "node:v8";
import { testedChecker } from "./choose.ts";
import type { TypeScript } from "./internals.ts";
import type { LanguageRequest } from "./port.ts";
import { type Answer, type Opening, openSession } from "./serve.ts";

export function keepInSnapshot(ts: TypeScript): void {
  const tested = testedChecker(ts);
  if (!tested) throw new Error("This TypeScript does not pass the checker's self-test");
  v8.startupSnapshot.setDeserializeMainFunction(() => {
    let answer: Answer | undefined;
    let rest = "";
    process.stdin.setEncoding("utf8");
    process.stdin.on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (answer) {
          process.stdout.write(`${JSON.stringify(answer(JSON.parse(line) as LanguageRequest))}\n`);
        } else {
          answer = openSession(ts, JSON.parse(line) as Opening, tested);
          process.stdout.write("ready\n");
        }
      }
    });
    // The kernel is gone, however it went.
    process.stdin.on("end", () => process.exit(0));
  });
}
