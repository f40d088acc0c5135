// TypeScript, as grading needs it: one checker for many submissions, each a session of its own.
import { fileURLToPath } from "node:url";
import { Checker } from "../../language/checker.ts";
import type { Place } from "../../language/checks.ts";
import { checkersFrom, testedChecker } from "../../language/choose.ts";
import { Engine } from "../../language/engine.ts";
import { type LooseFile, loadTypeScript, type TypeScript } from "../../language/internals.ts";
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
    if (++this.#sessions % SESSIONS_A_CHECKER === 0) this.#renew(language);
    const place = placeOf(language);
    return new Engine(this.#ts, place, checkersFrom(this.#ts, place, this.#tested));
  }

  /** After a session that was cut off amid its work: what that left behind is in no state to go on with. */
  anew(language: CellLanguage): Engine {
    this.#renew(language);
    return this.session(language);
  }

  /** Cells that are replayed need the modules that others have imported. */
  #renew(language: CellLanguage): void {
    if (!this.#tested) return;
    const { options, parsedFiles, imported } = this.#tested;
    this.#tested = new Checker(this.#ts, placeOf(language), options, parsedFiles, imported);
  }

  /** Where a cell imports a file. Answers have packages and nothing beside them, and this process reads every file. */
  importsFile(
    code: string,
    language: CellLanguage,
  ): { readonly start: number; readonly length: number } | undefined {
    if (!FILE.test(code)) return undefined;
    const ts = this.#ts;
    const file = this.#parse(code, language);
    let found: { start: number; length: number } | undefined;
    const visit = (node: import("typescript").Node): void => {
      const { parent } = node;
      const isSpecifier =
        ts.isImportDeclaration(parent) ||
        ts.isExportDeclaration(parent) ||
        ts.isExternalModuleReference(parent) ||
        (ts.isLiteralTypeNode(parent) && ts.isImportTypeNode(parent.parent));
      if (ts.isStringLiteralLike(node) && isSpecifier && FILE_NAME.test(node.text)) {
        const start = node.getStart(file);
        found ??= { start, length: node.end - start };
      }
      ts.forEachChild(node, visit);
    };
    ts.forEachChild(file, visit);
    return found;
  }

  usesOf(code: string, language: CellLanguage): Uses {
    return usesOf(this.#ts, this.#parse(code, language));
  }

  /** The names that a cell takes from modules. */
  importedNames(code: string, language: CellLanguage): ReadonlySet<string> {
    const ts = this.#ts;
    const names = this.#parse(code, language).statements.flatMap((statement) => {
      if (!ts.isImportDeclaration(statement)) return [];
      const { name, namedBindings } = statement.importClause ?? {};
      if (!namedBindings) return [name];
      return ts.isNamespaceImport(namedBindings)
        ? [name, namedBindings.name]
        : [name, ...namedBindings.elements.map((element) => element.name)];
    });
    return new Set(names.flatMap((name) => (name ? [name.text] : [])));
  }

  #parse(code: string, language: CellLanguage): LooseFile {
    const checker = this.#tested ?? checkersFrom(this.#ts, placeOf(language), undefined)({}, false);
    return checker.parse(code);
  }
}

/** What may be the name of a file, quickly. */
const FILE = /["'`](?:\.|\/|\\|\w+:|[^"'`\n]*\.\.)/;
/** Neither a package nor a module of Node's; a package's name may lead out of it, too. */
const FILE_NAME = /^[./\\]|^(?!node:)\w+:|(^|[/\\])\.\.([/\\]|$)/;

/** A folder without a tsconfig.json of its own, from where the course's packages are found. */
function placeOf(language: CellLanguage): Place {
  return { folder: fileURLToPath(builtFolder), language };
}
