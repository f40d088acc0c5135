// What handles a promise's rejection, as the text tells it. V8 knows the handlers of a pending promise and does not name
// them: it takes those of the kernel, of a promise that adopts another and, before Node 22, of `finally` for handlers too.

/** Text in which brackets mean nothing, brackets, ends of statements, and what may handle a rejection. */
const TOKENS =
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|\/\/.*|\/\*[\s\S]*?\*\/|[()[\]{};,]|\.(?:catch|then)\b/g;
/** What a call may stand behind, if it is followed by no more than its brackets, for V8 to be right about it. */
const PLAIN = /(?:^\s*(?:void )?|\bawait )(?:\(0, )?(?:new )?(?:[\w$.]|\(\))*$/;

type Tokens = RegExpExecArray[];

export const tokensOf = (text: string): Tokens => [...text.matchAll(TOKENS)];

/** How a token changes the depth of brackets. */
export const turnOf = (token: string): number => (/^[([{]/.test(token) ? 1 : /^[)\]}]/.test(token) ? -1 : 0);

/**
 * Whether `.catch`, or `.then` with two functions, is in the same statement, at least so many brackets further out. What
 * `by` names failed somewhere in the text, and no handler handles what it calls itself.
 */
export function isHandledBehind(text: string, out: number, by?: string): boolean {
  const tokens = tokensOf(text);
  let depth = 0;
  let outermost = 0;
  for (const [n, { 0: token, index }] of tokens.entries()) {
    depth += turnOf(token);
    outermost = Math.min(outermost, depth);
    if (depth > outermost) continue;
    if (token === ";") return false;
    if (depth > out || !token.startsWith(".")) continue;
    const { end, isTwo } = givenTo(text, tokens.slice(n + 1));
    const isBefore = by === undefined || mentions(text.slice(0, index), by);
    if (token === ".catch" ? isBefore || !mentions(text.slice(index, end), by) : isTwo && isBefore)
      return true;
  }
  return false;
}

/** Where brackets end, and whether they hold two arguments. A comma at their end is none. */
function givenTo(text: string, tokens: Tokens): { end: number; isTwo: boolean } {
  let depth = 0;
  let isTwo = false;
  for (const { 0: token, index } of tokens) {
    const turn = turnOf(token);
    depth += turn;
    if (turn < 0 && depth === 0) return { end: index, isTwo };
    if (token === "," && depth === 1) isTwo ||= !/^,\s*(?:\)|undefined\b|null\b)/.test(text.slice(index));
  }
  return { end: text.length, isTwo };
}

const mentions = (text: string, name: string): boolean =>
  name !== "" && new RegExp(`(?<![\\w$])${escaped(name)}(?![\\w$])`).test(text);

/** Whether every call of a function in these scripts is handled, or one that V8 judges rightly, and one is handled. */
export function isHandledEverywhere(
  name: string,
  scripts: readonly { readonly text: string; readonly isOwn: boolean }[],
): boolean {
  const declared = declarationOf(name);
  // One that has another function of this name is an earlier run of the same cell, most likely.
  const near = scripts.filter(({ text, isOwn }) => isOwn || (text.includes(name) && !declared.test(text)));
  const uses = near.flatMap(({ text, isOwn }) => usesOf(name, text, isOwn));
  return uses.includes("handled") && !uses.includes("unknown");
}

type Use = "handled" | "plain" | "unknown";

/**
 * The compiler prints a statement on a line of its own, and comments nowhere. What is not imported by its name comes to
 * another script as a property, the session's names too.
 */
function usesOf(name: string, script: string, isOwn: boolean): Use[] {
  const before = isOwn || new RegExp(importOf(name)).test(script) ? "(?<![\\w$])" : "(?<=\\.)";
  const text = script
    .replace(new RegExp(`${declarationOf(name).source}|${importOf(name)}`, "g"), "")
    .replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, '""');
  return [...text.matchAll(new RegExp(`${before}${escaped(name)}(?![\\w$])`, "g"))].map(({ index }) => {
    const after = text.slice(index + name.length);
    if (!/^\)?\(/.test(after)) return "unknown";
    if (isHandledBehind(after, 0)) return "handled";
    const line = text.slice(text.lastIndexOf("\n", index) + 1, index);
    return PLAIN.test(line) && /^\)?\([^()]*\)+;/.test(after) ? "plain" : "unknown";
  });
}

/** A function's name where it gets it, and where the kernel makes it one of the session's. */
function declarationOf(name: string): RegExp {
  const word = escaped(name);
  return new RegExp(
    [
      `\\$\\w*\\.${word} = ${word};`,
      `\\bfunction\\s*\\*?\\s*${word}(?=\\()`,
      `\\basync\\s*\\*?\\s*${word}(?=\\()`,
      `(?<![\\w$])${word}(?:: | = )(?=async\\b)`,
      `\\$\\w*\\.${word} = (?=\\{)`,
      `(?<=\\})\\.${word}(?=;)`,
    ].join("|"),
  );
}

const importOf = (name: string): string =>
  `(?<=\\b(?:import|export) \\{[^}]*)(?<![\\w$])${escaped(name)}(?=\\s*[,}])`;

const escaped = (name: string): string => name.replaceAll("$", "\\$");
