// What the language knows, as Jupyter asks for it: completions, descriptions, and `name?` as a cell.
import type { Description, Language } from "../language/language.ts";
import { toCodePoints, toUtf16 } from "./cursor.ts";
import type { Content } from "./message.ts";

export async function complete(language: Language, request: Content): Promise<Content> {
  const { code, position } = cursor(request);
  const { matches, start, end } = await language.complete({ code, position });
  const from = toCodePoints(code, start);
  const to = toCodePoints(code, end);
  return {
    status: "ok",
    matches: matches.map(({ text }) => text),
    cursor_start: from,
    cursor_end: to,
    metadata: {
      _jupyter_types_experimental: matches.map(({ text, type }) => ({ text, type, start: from, end: to })),
    },
  };
}

export async function inspect(language: Language, request: Content): Promise<Content> {
  const description = await language.inspect({
    ...cursor(request),
    detail: Number(request.detail_level ?? 0),
  });
  if (!description) return { status: "ok", found: false, data: {}, metadata: {} };
  return { status: "ok", found: true, data: bundle(description), metadata: {} };
}

/** The name that a cell such as `console.log?` or `?console` asks about: no TypeScript looks like that. */
export function askedName(code: string): string | undefined {
  const [, before, name, after] = /^\s*(\?{0,2})\s*([\w$]+(?:\.[\w$#]+)*)\s*(\?{0,2})\s*$/.exec(code) ?? [];
  return (before === "") === (after === "") ? undefined : name;
}

/** The page that a front end opens for such a cell. */
export async function page(language: Language, name: string): Promise<Content> {
  const description = await language.inspect({ code: name, position: name.length, detail: 1 });
  const data = description ? bundle(description) : { "text/plain": `Nothing is known of ${name}` };
  return { source: "page", start: 0, data };
}

function bundle({ signature, active, documentation, within }: Description): Content {
  const call = within && bundle(within);
  const join = (parts: readonly unknown[]): string => parts.filter(Boolean).join("\n\n");
  return {
    "text/plain": join([signature, documentation, call?.["text/plain"]]),
    "text/markdown": join([marked(signature, active), documentation, call && "---", call?.["text/markdown"]]),
  };
}

/** A block of code; where one part of it is to be seen at once, that is bold, which no block of code can have. */
function marked(signature: string, active: Description["active"]): string {
  if (!active) return `\`\`\`typescript\n${signature}\n\`\`\``;
  const [start, end] = active;
  return `${inline(signature.slice(0, start))}**${inline(signature.slice(start, end))}**${inline(signature.slice(end))}`;
}

/** Inline code: fenced by more backticks than are in it, and on one line. */
function inline(text: string): string {
  const line = text.replace(/\s+/g, " ");
  if (line === "") return "";
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const space = longest > 0 || /^ .* $/.test(line) ? " " : "";
  return fence + space + line + space + fence;
}

function cursor(request: Content): { code: string; position: number } {
  const code = String(request.code ?? "");
  const position = Number(request.cursor_pos ?? code.length);
  return { code, position: toUtf16(code, position) };
}
