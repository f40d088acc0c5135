/**
 * A key that some object in this JSON names twice, if there is one. `JSON.parse` keeps the last without a word, and
 * another reader of the same file may keep the first. The text must be valid JSON.
 */
export function duplicateKey(json: string): string | undefined {
  // Strings, and the marks outside of them.
  const tokens = json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g);
  const open: (Set<string> | undefined)[] = [];
  let last = "";
  for (const [token] of tokens) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const key: unknown = JSON.parse(last);
      const seen = open.at(-1);
      if (typeof key === "string" && seen?.has(key)) return key;
      if (typeof key === "string") seen?.add(key);
    }
    last = token;
  }
  return undefined;
}
