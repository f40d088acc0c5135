// Local files in an order in which each comes behind all that it imports. TypeScript goes down through imports by
// recursion, which a thousand files in a row are too many for; taken in this order, none is more than one step down.
import type ts from "typescript";
import type { Resolver } from "./compiler.ts";
import type { TypeScript } from "./internals.ts";

interface Visit {
  readonly path: string;
  readonly imports: readonly string[];
  next: number;
}

/** The local files that `names`, imported by the file `containing`, lead to. */
export function deepestFirst(
  ts: TypeScript,
  host: Pick<ts.CompilerHost, "readFile">,
  resolve: Resolver,
  names: readonly string[],
  containing: string,
): string[] {
  const ordered: string[] = [];
  const seen = new Set<string>();
  const local = (from: string, written: readonly string[]): string[] =>
    written.flatMap((name) => {
      const path = resolve(name, from).resolvedModule?.resolvedFileName;
      return path && !path.endsWith(".d.ts") && !path.includes("/node_modules/") ? [path] : [];
    });
  const importsOf = (path: string): string[] => {
    const { importedFiles } = ts.preProcessFile(host.readFile(path) ?? "", true, true);
    return local(
      path,
      importedFiles.map(({ fileName }) => fileName),
    );
  };
  const way: Visit[] = [{ path: "", imports: local(containing, names), next: 0 }];
  for (let visit = way.at(-1); visit; visit = way.at(-1)) {
    const path = visit.imports[visit.next++];
    if (path === undefined) {
      way.pop();
      if (visit.path !== "") ordered.push(visit.path);
    } else if (!seen.has(path)) {
      seen.add(path);
      way.push({ path, imports: importsOf(path), next: 0 });
    }
  }
  return ordered;
}
