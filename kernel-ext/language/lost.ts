// The names that a cell would have declared, had its check let it run: whoever misses one is told why it is not there.
import type ts from "typescript";
import type { LooseFile, TypeScript } from "./internals.ts";
import type { Problem } from "./language.ts";
import { UNKNOWN_NAME } from "./problems.ts";

export class LostNames {
  readonly #ts: TypeScript;
  readonly #reasons = new Map<string, string>();

  constructor(ts: TypeScript) {
    this.#ts = ts;
  }

  /** A cell did not run. */
  lose(file: LooseFile, [first]: readonly Problem[]): void {
    if (!first) return;
    const line = file.text.slice(0, first.start).split("\n").length;
    const reason = `line ${line} of it is wrong (${first.message.split("\n", 1)[0]})`;
    for (const name of declared(this.#ts, file)) this.#reasons.set(name, reason);
  }

  /** A cell runs that declares these. */
  find(names: readonly string[]): void {
    for (const name of names) this.#reasons.delete(name);
  }

  explain(file: LooseFile, problems: readonly Problem[]): Problem[] {
    return problems.map((problem) => {
      if (!UNKNOWN_NAME.has(problem.code)) return problem;
      const name = file.text.slice(problem.start, problem.start + problem.length);
      const reason = this.#reasons.get(name);
      if (!reason) return problem;
      return {
        ...problem,
        message: `Cannot find name '${name}'. The cell that declares it did not run: ${reason}`,
      };
    });
  }
}

/** Also of a file that has no correct syntax. */
function declared(ts: TypeScript, file: LooseFile): string[] {
  const named = (node: { readonly name?: ts.Node | undefined }): string[] =>
    node.name && ts.isIdentifier(node.name) ? [node.name.text] : [];
  return file.statements.flatMap((statement) => {
    if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.flatMap(named);
    const declares =
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isEnumDeclaration(statement);
    return declares ? named(statement) : [];
  });
}
