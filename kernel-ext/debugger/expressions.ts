// What people write into a debugger, as JavaScript that V8 evaluates in a frame.
import { stripTypes } from "../language/strip.ts";

const HOOK = 'globalThis[Symbol.for("gradbook.debugger")]';

/** TypeScript to JavaScript: an expression, or statements where it is none. */
export function toJavaScript(text: string): string {
  try {
    return stripTypes("expression.ts", `(${text}\n)`, undefined).code;
  } catch {
    return stripTypes("statements.ts", text, undefined).code;
  }
}

/** The names in a text, and words that might be: those of the session are looked for among them. */
export function wordsIn(text: string): string[] {
  return [...new Set(text.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu) ?? [])];
}

export interface Conditions {
  readonly condition?: string | undefined;
  readonly hitCondition?: string | undefined;
  readonly logMessage?: string | undefined;
}

/** What V8 evaluates at a breakpoint, which pauses where it is true; `id` is what its hits are counted by. */
export function conditionOf(
  { condition, hitCondition, logMessage }: Conditions,
  id: string,
): string | undefined {
  const tests: string[] = [];
  if (condition) tests.push(inSession(expression(condition), wordsIn(condition)));
  if (hitCondition) tests.push(`${HOOK}.counted(${JSON.stringify(id)}, (n) => ${counting(hitCondition)})`);
  if (logMessage)
    tests.push(`(${inSession(`console.log(${template(logMessage)})`, wordsIn(logMessage))}, false)`);
  return tests.length > 0 ? tests.join(" && ") : undefined;
}

function inSession(javascript: string, words: readonly string[]): string {
  return `${HOOK}.within(${JSON.stringify(words)}, () => ${javascript})`;
}

function expression(text: string): string {
  const code = stripTypes("condition.ts", `(${text}\n)`, undefined).code.trim().replace(/;$/, "");
  return `(${code})`;
}

/** `3` is the third hit, `>= 3` all from there, `% 3` every third. */
function counting(text: string): string {
  const [, operator = "==", number] = /^\s*(>=?|<=?|={1,3}|%)?\s*(\d+)\s*$/.exec(text) ?? [];
  if (number === undefined) throw new SyntaxError(`“${text}” counts no hits: 3, >= 3, % 3 do`);
  if (operator === "%") return `n % ${number} === 0`;
  return `n ${operator.startsWith("=") ? "===" : operator} ${number}`;
}

/** A log message has expressions in braces. */
function template(text: string): string {
  const parts = text.split(/\{([^{}]*)\}/);
  return parts
    .map((part, n) => (n % 2 === 0 ? JSON.stringify(part) : `String(${expression(part)})`))
    .join(" + ");
}
