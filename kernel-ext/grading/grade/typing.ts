// TypeScript, as grading needs it: one checker for many submissions, each a session of its own.
import { fileURLToPath } from "node:url";
import { Checker } from "../../language/checker.ts";
import type { Place } from "../../language/checks.ts";
import { checkersFrom, testedChecker } from "../../language/choose.ts";
import { Engine } from "../../language/engine.ts";
import { loadTypeScript, type TypeScript } from "../../language/internals.ts";
import { builtFolder } from "../../language/own.ts";
import { type Uses, usesOf } from "../../language/uses.ts";
import type { CellLanguage } from "../../session/messages.ts";

/** A checker keeps about 0.2 MB of each cell that it has seen; a new one costs as much as some submissions. */
const SESSIONS_A_CHECKER = 100;

export class Typing {
  readonly #ts: TypeScript = loadTypeScript();
  #tested: Checker | undefined = testedChecker(this.#ts);
  #sessions = 0;

  /** The one before must not be used any more. */
  session(language: CellLanguage): Engine {
    const place = placeOf(language);
    if (this.#tested && ++this.#sessions % SESSIONS_A_CHECKER === 0) {
      this.#tested = new Checker(this.#ts, place, this.#tested.options, this.#tested.parsedFiles);
    }
    return new Engine(this.#ts, place, checkersFrom(this.#ts, place, this.#tested));
  }

  usesOf(code: string, language: CellLanguage): Uses {
    const checker = this.#tested ?? checkersFrom(this.#ts, placeOf(language), undefined)({}, false);
    return usesOf(this.#ts, checker.parse(code));
  }
}

/** A folder without a tsconfig.json of its own, from where the course's packages are found. */
function placeOf(language: CellLanguage): Place {
  return { folder: fileURLToPath(builtFolder), language };
}
