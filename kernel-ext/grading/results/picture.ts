// A drawing that an answer has made, as an image that can do nothing but be looked at. An <img> runs no script and asks
// for nothing; whoever opens it alone has no such shelter, so only what draws is let through.
import { inLine } from "./text.ts";

const LARGEST = 500_000;

const DRAWS = new Set(
  (
    "svg g defs title desc path rect circle ellipse line polyline polygon text tspan clipPath mask pattern " +
    "linearGradient radialGradient stop marker symbol use filter feGaussianBlur feOffset feMerge feMergeNode"
  ).split(" "),
);
/** With all that is inside. */
const GONE = new Set(["script", "style", "foreignObject", "image", "iframe", "animate", "set", "metadata"]);
const NAMES = /^(?!on)(?:[a-z][\w-]*|viewBox|[a-z]+[A-Z]\w*|xml:space|xmlns(?::xlink)?|xlink:href)$/;

const TAG = /<(\/?)([A-Za-z][\w:.-]*)((?:"[^"]*"|'[^']*'|[^<>"'])*)>/y;
/** From where a name begins, so that a long one is looked at once. */
const ATTRIBUTE = /(?<![\w:.-])([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

interface Token {
  readonly text?: string;
  readonly name?: string;
  readonly closes?: boolean;
  readonly attributes?: string;
}

/** In one pass, however a drawing is malformed: what never ends takes the rest with it. */
function* tokensOf(svg: string): Generator<Token> {
  for (let at = 0; at < svg.length; ) {
    const [opens, ends] = BLOCKS.find(([begin]) => svg.startsWith(begin, at)) ?? [];
    TAG.lastIndex = at;
    const tag = opens ? null : TAG.exec(svg);
    if (opens && ends) {
      const end = svg.indexOf(ends, at + opens.length);
      if (end < 0) return;
      if (opens === CDATA) yield { text: svg.slice(at + opens.length, end) };
      at = end + ends.length;
    } else if (tag) {
      const [whole, slash, name = "", attributes = ""] = tag;
      yield { name, attributes, closes: slash === "/" };
      at += whole.length;
    } else {
      const next = svg.indexOf("<", at + 1);
      const end = next < 0 ? svg.length : next;
      yield { text: svg.slice(at, end) };
      at = end;
    }
  }
}

const CDATA = "<![CDATA[";
const BLOCKS = [
  ["<!--", "-->"],
  [CDATA, "]]>"],
  ["<!", ">"],
  ["<?", ">"],
] as const;

/** The drawing, put together anew from its allowed parts; undefined where it is none. */
export function cleanSvg(svg: string): string | undefined {
  if (svg.length > LARGEST) return undefined;
  const open: string[] = [];
  let out = "";
  let gone = "";
  let depth = 0;
  for (const { text = "", name, closes = false, attributes = "" } of tokensOf(svg)) {
    const empty = attributes.endsWith("/");
    if (gone) {
      if (name === gone && !empty) depth += closes ? -1 : 1;
      if (depth === 0) gone = "";
    } else if (open.length === 0 && name !== "svg") {
      // Before the drawing there are blanks, comments and declarations.
      if (name !== undefined || text.trim()) return undefined;
    } else if (name === undefined) out += escapedText(text);
    else if (!DRAWS.has(name)) {
      if (GONE.has(name) && !closes && !empty) [gone, depth] = [name, 1];
    } else if (!closes) {
      out += `<${name}${attributesOf(attributes, open.length === 0)}${empty ? "/" : ""}>`;
      if (!empty) open.push(name);
    } else if (open.at(-1) === name) {
      open.pop();
      out += `</${name}>`;
    }
    if (out && open.length === 0) return out;
  }
  return out
    ? out +
        open
          .reverse()
          .map((name) => `</${name}>`)
          .join("")
    : undefined;
}

function attributesOf(text: string, outermost: boolean): string {
  const kept = new Map<string, string>();
  for (const [, name = "", double, single] of text.matchAll(ATTRIBUTE)) {
    const value = double ?? single ?? "";
    if (NAMES.test(name) && !name.startsWith("xmlns") && draws(name, value))
      kept.set(name, escapedText(value));
  }
  if (outermost) kept.set("xmlns", "http://www.w3.org/2000/svg");
  if (outermost) kept.set("xmlns:xlink", "http://www.w3.org/1999/xlink");
  return [...kept].map(([name, value]) => ` ${name}="${value.replaceAll('"', "&quot;")}"`).join("");
}

/** Links only to what is in the drawing. */
function draws(name: string, value: string): boolean {
  if (/href$/.test(name)) return /^#[\w-]+$/.test(value);
  return !/&|\\|javascript:|@import|expression\(/i.test(value) && !/url\(\s*['"]?(?!['"]?#)/i.test(value);
}

/** A reference to a sign stays one; what no XML may hold goes. */
const escapedText = (text: string): string =>
  text
    .replace(/(?![\t\n\r])[\p{Cc}\p{Surrogate}\ufffe\uffff]/gu, "")
    .replace(
      /&(?!(?:amp|lt|gt|quot|apos|#(?:3[2-9]|[4-9]\d|1\d\d\d?|x[2-9a-fA-F][\da-fA-F]{1,3}));)/g,
      "&amp;",
    )
    .replaceAll("<", "&lt;");

/** An element for the page. */
export function picture(svg: string, number: number): string {
  const clean = cleanSvg(svg);
  if (clean === undefined) return `<p>Figure ${number} cannot be shown.</p>`;
  const title = /<title>([^<]*)<\/title>/.exec(clean)?.[1];
  const says = inLine(title ?? `A figure that your answer drew`, 200).replace(/[&<>"]/g, " ");
  const data = Buffer.from(clean).toString("base64");
  return `<figure><img alt="${says}" src="data:image/svg+xml;base64,${data}"><figcaption>Figure ${number}</figcaption></figure>`;
}
