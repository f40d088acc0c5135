// Which lines of a test cell no student sees.

/** Counted from 1. */
export function hiddenLines(source: string): ReadonlySet<number> {
  const found = new Set<number>();
  let inside = false;
  for (const [at, line] of source.split("\n").entries()) {
    if (line.includes("BEGIN HIDDEN TESTS")) inside = true;
    if (inside) found.add(at + 1);
    if (line.includes("END HIDDEN TESTS")) inside = false;
  }
  return found;
}
