// The doc comments of declaration files. Most of such a file is comments, and a session asks for few of them, so
// they are left out at first (a quarter of all memory), and each is parsed when it is asked for.
import type ts from "typescript";
import type { TypeScript } from "./internals.ts";

interface Documented extends ts.Node {
  jsDoc?: readonly ts.JSDoc[];
}

/** From now on these declarations have their comments. */
export function bringComments(ts: TypeScript, declarations: readonly Documented[] = []): void {
  for (const declaration of declarations) {
    const { fileName, text, isDeclarationFile } = declaration.getSourceFile();
    if (!isDeclarationFile || declaration.jsDoc) continue;
    // That of a variable stands before the statement.
    const { pos } = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
    const comments = (ts.getLeadingCommentRanges(text, pos) ?? [])
      .map((range) => text.slice(range.pos, range.end))
      .filter((comment) => comment.startsWith("/**"));
    const nearest = comments.at(-1);
    if (nearest === undefined) continue;
    const file = ts.createSourceFile(
      fileName,
      `${nearest}\ndeclare function f(): void;`,
      ts.ScriptTarget.Latest,
      true,
    );
    const jsDoc = (file.statements[0] as Documented | undefined)?.jsDoc;
    if (jsDoc) declaration.jsDoc = jsDoc;
  }
}
