// Answers requests by a session's engine, in whatever thread or process it was made.

import type { Checker } from "./checker.ts";
import type { Place } from "./checks.ts";
import { checkersFrom } from "./choose.ts";
import { Engine } from "./engine.ts";
import type { TypeScript } from "./internals.ts";
import type { LanguageAnswer, LanguageRequest } from "./port.ts";
import { stripTypes } from "./strip.ts";

export interface Opening extends Place {
  /** Cells of this session that ran before. */
  readonly accepted: readonly string[];
}

export type Answer = (request: LanguageRequest) => LanguageAnswer;

export function openSession(ts: TypeScript, opening: Opening, tested: Checker | undefined): Answer {
  const { folder, language, accepted } = opening;
  const place: Place = { folder, language };
  const engine = new Engine(ts, place, checkersFrom(ts, place, tested));
  for (const code of accepted) engine.replay(code);
  // Loads what the first cell would else wait for.
  stripTypes("cell.ts", "1", undefined);
  return ({ id, method, argument }) => {
    try {
      return { id, value: engine[method](argument) };
    } catch (error) {
      return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  };
}
