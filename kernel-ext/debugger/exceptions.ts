// Which exceptions to pause at. The kernel catches whatever a cell throws, so V8 calls everything caught; here it is
// if the author's own code has a `try` around it, a handler behind it, or gives it to `Promise.allSettled`.
//
// Behind its first await, a function's callers are gone: what nobody awaits is caught if V8 knows of a handler and the
// text has one at its calls. V8's own word is not enough: it calls that caught too which another promise adopts
// (`then(() => work())`). Where the two differ, an exception counts as uncaught: a pause too many is the lesser evil.
import { isHandledBehind, isHandledEverywhere, tokensOf, turnOf } from "./handlers.ts";
import { isKernel, type Paused, type Target } from "./target.ts";
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

/** Whether Node tells the kernel something: that a file is not there, say. */
export function isKernels({ callFrames }: Paused, target: Target): boolean {
  const urls = callFrames.map((frame) => target.urlOf(frame));
  const caller = urls.find((url) => !url.startsWith("node:"));
  return caller !== urls[0] && caller !== undefined && isKernel(caller);
}

/** Where a frame is in its script, and where its function begins there. */
interface Spot {
  readonly scriptId: string;
  readonly line: number;
  readonly column: number;
  readonly begins: number;
  readonly beginsAt?: number;
  readonly name: string;
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
  const spots: Spot[] = event.callFrames.map(({ location, functionLocation, functionName: name }) => ({
    name,
    scriptId: location.scriptId,
    line: location.lineNumber,
    column: location.columnNumber ?? 0,
    begins: functionLocation?.lineNumber ?? 0,
    beginsAt: functionLocation?.columnNumber ?? 0,
  }));
  for (const { name, url, line, column } of awaiting) {
    const [scriptId] = [...target.scripts].find(([, one]) => one === url) ?? [];
    if (scriptId !== undefined)
      spots.push({ scriptId, name, line: line - 1, column: column - 1, begins: -1 });
  }
  let isCalledAsync = false;
  let inner: Spot | undefined;
  for (const spot of spots) {
    const isInnerAsync = isCalledAsync;
    isCalledAsync = false;
    if (!isVisible(target.scripts.get(spot.scriptId) ?? "")) continue;
    const lines = (await target.sourceOf(spot.scriptId)).split("\n");
    if (isInTry(lines, spot) || hasHandler(lines, spot, inner)) return true;
    // What throws at once without being async throws through `allSettled`, too.
    if (isInnerAsync && isSettled(lines, spot)) return true;
    isCalledAsync = isAsync(lines, spot);
    inner = spot;
  }
  return isHandledLater(event, awaiting, target, isVisible);
}

/** Whether what nobody awaits is handled where it was called. */
async function isHandledLater(
  { data, callFrames }: Paused,
  awaiting: readonly Awaiting[],
  target: Target,
  isVisible: (url: string) => boolean,
): Promise<boolean> {
  if (!data || Reflect.get(data, "uncaught") !== false) return false;
  const calls = callFrames.map(({ location, functionName: name }) => ({
    name,
    url: target.scripts.get(location.scriptId) ?? "",
  }));
  const stack = [...calls, ...awaiting];
  // What the kernel waits for, V8 calls caught by it.
  if (stack.some(({ url }) => isKernel(url))) return false;
  const isAuthors = (url: string): boolean => isVisible(url) && !url.includes("/node_modules/");
  const { name = "", url: own = "" } = stack.findLast(({ url }) => isAuthors(url)) ?? {};
  if (name === "") return false;
  const scripts = [...target.scripts].filter(([, url]) => isAuthors(url));
  const texts = await Promise.all(
    scripts.map(async ([id, url]) => ({ isOwn: url === own, text: await target.sourceOf(id) })),
  );
  return isHandledEverywhere(name, texts);
}

/** Whether a handler is behind the call, as in `f().catch(…)`, or behind what its function stands in: `then(() => …).catch(…)`. */
function hasHandler(lines: readonly string[], spot: Spot, inner: Spot | undefined): boolean {
  const { scriptId, line, column, begins, beginsAt } = spot;
  const behind = (from: number, at: number): string =>
    [lines[from]?.slice(at), ...lines.slice(from + 1)].join("\n");
  const call = behind(line, column);
  const isNear = inner?.scriptId === scriptId && inner.beginsAt !== undefined;
  // A function that stands in this very statement has been looked behind already.
  const isInner = isNear && isInStatement(call, behind(inner.begins, inner.beginsAt ?? 0));
  return (
    (!isInner && isHandledBehind(call, 0, inner?.name)) ||
    (beginsAt !== undefined && isHandledBehind(behind(begins, beginsAt), -1))
  );
}

/** Whether the rest of a script begins within the statement that another begins with. */
function isInStatement(statement: string, rest: string): boolean {
  if (rest.length >= statement.length || !statement.endsWith(rest)) return false;
  let depth = 0;
  for (const [token] of tokensOf(statement.slice(0, -rest.length))) {
    depth += turnOf(token);
    if (token === ";" && depth <= 0) return false;
  }
  return true;
}

/** Whether the call stands within the brackets of `Promise.allSettled(…)`. */
function isSettled(lines: readonly string[], { line, column, begins, beginsAt = 0 }: Spot): boolean {
  const whole = [...lines.slice(Math.max(0, begins), line), (lines[line] ?? "").slice(0, column)];
  if (begins >= 0) whole[0] = (whole[0] ?? "").slice(beginsAt);
  const open: boolean[] = [];
  const text = whole.join("\n");
  for (const { 0: token, index } of tokensOf(text)) {
    const turn = turnOf(token);
    if (turn > 0) open.push(/\bPromise\.allSettled\s*$/.test(text.slice(0, index)));
    if (turn < 0) open.pop();
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

/**
 * Our JavaScript is printed by a compiler, a block's end as far from the margin as its beginning; so a block needs no
 * parser to be found.
 */
function isInTry(lines: readonly string[], { line, begins }: Pick<Spot, "line" | "begins">): boolean {
  for (let start = Math.max(0, begins); start < line; start++) {
    const margin = /^(\s*)(?:.*\s)?try \{$/.exec(lines[start] ?? "")?.[1];
    if (margin === undefined) continue;
    const end = lines.findIndex((text, n) => n > start && text.startsWith(`${margin}}`));
    const after = `${lines[end]}\n${lines[end + 1] ?? ""}`;
    if (end > line && /^\s*\}\s*catch\b/.test(after)) return true;
  }
  return false;
}
