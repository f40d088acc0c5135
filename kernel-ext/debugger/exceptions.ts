// Which exceptions to pause at. The kernel catches whatever a cell throws, so V8 calls everything caught; here it is
// if the author's own code has a `try` around it, a `.catch` behind it, or gives it to `Promise.allSettled`.
//
// What nobody awaits counts as uncaught, even if a `.catch` is attached to it: behind its first await its callers are
// gone, and V8's own guess calls that caught too which another promise adopts (`then(() => work())`). So does what an
// async function returns without an `await`, for the same reason.
import type { Paused, Target } from "./target.ts";
import type { Awaiting } from "./work.ts";

export type Filter = "caught" | "uncaught";

export const FILTERS: readonly object[] = [
  { filter: "caught", label: "Caught Exceptions", default: false },
  { filter: "uncaught", label: "Uncaught Exceptions", default: false },
];

/** Those that a front end asks for, by our names or by debugpy's. */
export function filtersIn(asked: readonly string[]): ReadonlySet<Filter> {
  const all = asked.some((one) => one === "raised" || one === "all");
  const found = (["caught", "uncaught"] as const).filter((one) => all || asked.includes(one));
  if (asked.includes("userUnhandled")) found.push("uncaught");
  return new Set(found);
}

export const isException = ({ reason }: Paused): boolean =>
  reason === "exception" || reason === "promiseRejection";

/** Where a frame is in its script, and where its function begins there. */
interface Spot {
  readonly scriptId: string;
  readonly line: number;
  readonly column: number;
  readonly begins: number;
  readonly beginsAt?: number;
}

/** Whether any of the visible calls is caught, those that await the others too. */
export async function isCaught(
  event: Paused,
  awaiting: readonly Awaiting[],
  target: Target,
  isVisible: (url: string) => boolean,
): Promise<boolean> {
  // V8 names the built-in function among those that await, and that has no script.
  if (awaiting.some(({ name, url }) => name === "allSettled" && url === "")) return true;
  const spots: Spot[] = event.callFrames.map(({ location, functionLocation }) => ({
    scriptId: location.scriptId,
    line: location.lineNumber,
    column: location.columnNumber ?? 0,
    begins: functionLocation?.lineNumber ?? 0,
    beginsAt: functionLocation?.columnNumber ?? 0,
  }));
  for (const { url, line, column } of awaiting) {
    const [scriptId] = [...target.scripts].find(([, one]) => one === url) ?? [];
    if (scriptId !== undefined) spots.push({ scriptId, line: line - 1, column: column - 1, begins: -1 });
  }
  let isCalledAsync = false;
  for (const spot of spots) {
    const isInnerAsync = isCalledAsync;
    isCalledAsync = false;
    if (!isVisible(target.scripts.get(spot.scriptId) ?? "")) continue;
    const { scriptSource } = await target.post<{ scriptSource: string }>("Debugger.getScriptSource", {
      scriptId: spot.scriptId,
    });
    const lines = scriptSource.split("\n");
    if (isInTry(lines, spot) || hasCatch(lines, spot)) return true;
    // What throws at once without being async throws through `allSettled`, too.
    if (isInnerAsync && isSettled(lines, spot)) return true;
    isCalledAsync = isAsync(lines, spot);
  }
  return false;
}

/** Text in which brackets mean nothing, brackets, ends of statements, and what catches a promise. */
const TOKENS =
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|\/\/.*|\/\*[\s\S]*?\*\/|[()[\]{};]|\.catch\b/g;

/** Whether `.catch` is behind the call, as in `f().catch(…)`, or behind what its function stands in: `then(() => …).catch(…)`. */
export function hasCatch(lines: readonly string[], spot: Omit<Spot, "scriptId">): boolean {
  const { line, column, begins, beginsAt } = spot;
  return (
    isCaughtBehind(lines, line, column, 0) ||
    (beginsAt !== undefined && isCaughtBehind(lines, begins, beginsAt, -1))
  );
}

/** Whether the call stands within the brackets of `Promise.allSettled(…)`. */
export function isSettled(lines: readonly string[], { line, column, begins, beginsAt = 0 }: Spot): boolean {
  const whole = [...lines.slice(Math.max(0, begins), line), (lines[line] ?? "").slice(0, column)];
  if (begins >= 0) whole[0] = (whole[0] ?? "").slice(beginsAt);
  const open: boolean[] = [];
  const text = whole.join("\n");
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    if (/^[([{]/.test(token)) open.push(/\bPromise\.allSettled\s*$/.test(text.slice(0, index)));
    if (/^[)\]}]/.test(token)) open.pop();
  }
  return open.includes(true);
}

/** V8 has a function begin at its brackets, an arrow at its first word. */
function isAsync(lines: readonly string[], { begins, beginsAt = 0 }: Spot): boolean {
  const text = lines[begins] ?? "";
  return (
    /\basync\s*(?:function\b\s*)?[*]?\s*[\w$]*$/.test(text.slice(0, beginsAt)) ||
    /^async\b/.test(text.slice(beginsAt))
  );
}

/** `.catch` in the same statement, at least so many brackets further out. */
function isCaughtBehind(lines: readonly string[], line: number, column: number, out: number): boolean {
  const text = [lines[line]?.slice(column), ...lines.slice(line + 1)].join("\n");
  let depth = 0;
  let outermost = 0;
  for (const [token] of text.matchAll(TOKENS)) {
    if (/^[([{]/.test(token)) depth++;
    if (/^[)\]}]/.test(token)) outermost = Math.min(outermost, --depth);
    if (depth > outermost) continue;
    if (token === ";") return false;
    if (token === ".catch" && depth <= out) return true;
  }
  return false;
}

/**
 * Our JavaScript is printed by a compiler, a block's end as far from the margin as its beginning; so a block needs no
 * parser to be found.
 */
export function isInTry(lines: readonly string[], { line, begins }: Pick<Spot, "line" | "begins">): boolean {
  for (let start = Math.max(0, begins); start < line; start++) {
    const margin = /^(\s*)(?:.*\s)?try \{$/.exec(lines[start] ?? "")?.[1];
    if (margin === undefined) continue;
    const end = lines.findIndex((text, n) => n > start && text.startsWith(`${margin}}`));
    const after = `${lines[end]}\n${lines[end + 1] ?? ""}`;
    if (end > line && /^\s*\}\s*catch\b/.test(after)) return true;
  }
  return false;
}
