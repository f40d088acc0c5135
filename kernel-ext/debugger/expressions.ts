// What people write into a debugger, as JavaScript that V8 evaluates in a frame.
import { stripTypes } from "../language/strip.ts";
import { HOOK } from "./target.ts";

const AWAIT = /\bawait\b/;
const NO_AWAIT = "What is evaluated here cannot await";

/** TypeScript to JavaScript: an expression, or statements where it is none. */
export function toJavaScript(text: string): string {
  if (text.trim() === "") throw new SyntaxError("There is nothing to evaluate");
  if (AWAIT.test(text)) throw new SyntaxError(NO_AWAIT);
  try {
    return stripTypes("expression.ts", `(${text}\n)`, undefined).code;
  } catch {
    return stripTypes("statements.ts", text, undefined).code;
  }
}

/** Gives what a text stands for a value. Only strict code says where that cannot be. */
export function assignment(text: string, value: string): string {
  if (text.trim() === "") throw new SyntaxError("There is nothing to assign to");
  return `"use strict"; ${expression(text)} = ${value}`;
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

export interface Condition {
  /** True where the breakpoint is to pause. */
  readonly javascript: string;
  /** Whether it may run for ever: V8 lets nothing end what it evaluates at a breakpoint by itself. */
  readonly isEndless: boolean;
}

const BRACES = /\{([^{}]*)\}/g;
/** A call, and what comes to one. */
const CALL = /[\p{ID_Continue}$)\]]\s*(?:\?\.)?\s*[(`]|\bnew\b/u;

export const isCalling = (text: string): boolean => CALL.test(text);

/** What is evaluated at a breakpoint; `id` is what its hits are counted by. */
export function conditionOf(
  { condition, hitCondition, logMessage }: Conditions,
  id: string,
): Condition | undefined {
  const tests: string[] = [];
  if (condition)
    tests.push(`${HOOK}.holds(${JSON.stringify(wordsIn(condition))}, () => ${expression(condition)})`);
  if (hitCondition) tests.push(`${HOOK}.counted(${JSON.stringify(id)}, (n) => ${counting(hitCondition)})`);
  if (logMessage)
    tests.push(`${HOOK}.log(${JSON.stringify(wordsIn(logMessage))}, () => ${template(logMessage)})`);
  if (tests.length === 0) return undefined;
  return {
    javascript: tests.join(" && "),
    isEndless: isCalling([condition, ...(logMessage?.match(BRACES) ?? [])].join(";")),
  };
}

function expression(text: string): string {
  if (AWAIT.test(text)) throw new SyntaxError(NO_AWAIT);
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
  const parts = text.split(BRACES);
  return parts
    .map((part, n) => (n % 2 === 0 ? JSON.stringify(part) : `String(${expression(part)})`))
    .join(" + ");
}
