// Golden values: small JSON files beside this one, each with the Python script of the same name that made it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../source.ts";

/** The content of tests/lib/golden/NAME.json, which `T` describes. */
export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(join(ROOT, "tests/lib/golden", `${name}.json`), "utf8"));
}

/** Numbers as the scripts write them: JSON has no NaN and no infinities. */
export type GoldenNumber = number | "NaN" | "Infinity" | "-Infinity";
