// @ts-check
// What cells have shown, as HTML. Text is escaped; HTML comes from the lessons, which are ours.
import { escaped, jsonInPage } from "./html.mjs";
import { parts } from "./markdown.mjs";
import { typeset, withMath, withoutMath } from "./math.mjs";

/** @typedef {import("./lesson.mjs").Output} Output */
/** @typedef {{ course: string, topic: string, says: string, measured: string, verdict: string }} Claim */
/** @typedef {import("./markdown.mjs").Place} Place */
/** @typedef {(content: unknown, words: string, place: Place) => string} Writer */

const PLOTLY = "application/vnd.plotly.v1+json";
export const CLAIMS = "application/vnd.gradbook.claims+json";

/** The best first, as JupyterLab has them. @type {readonly (readonly [string, Writer])[]} */
const WRITERS = [
  [PLOTLY, (content, words) => plot(content, words)],
  [CLAIMS, (content) => claimCards(/** @type {Claim[]} */ (content))],
  ["text/html", (content) => `<div class="out html">${string(content)}</div>`],
  ["text/markdown", (content, _, place) => `<div class="out">${markdown(string(content), place)}</div>`],
  ["text/latex", (content, _, place) => `<div class="out">${latex(string(content), place)}</div>`],
  ["image/svg+xml", (content, words) => picture("image/svg+xml", encoded(string(content)), words)],
  ["image/png", (content, words) => picture("image/png", string(content), words)],
  ["image/jpeg", (content, words) => picture("image/jpeg", string(content), words)],
  ["image/gif", (content, words) => picture("image/gif", string(content), words)],
  ["text/javascript", (content) => script(string(content))],
  ["application/javascript", (content) => script(string(content))],
  ["application/json", (content) => pre("", JSON.stringify(content, null, 2))],
  ["text/plain", (content) => pre("", string(content))],
];

/** @param {readonly Output[]} outputs @param {Place} place */
export function outputsHtml(outputs, place) {
  return together(outputs)
    .map((output) => one(output, place))
    .join("\n");
}

/** What the search may find in outputs: what figures show, not rows of numbers. @param {readonly Output[]} outputs */
export function outputsText(outputs) {
  return outputs
    .filter(({ data }) => data && (PLOTLY in data || CLAIMS in data))
    .map(({ data }) => string(data?.["text/plain"]))
    .join(" ");
}

/** @param {readonly Output[]} outputs @returns {Claim[]} */
export function claimsOf(outputs) {
  return outputs.flatMap(({ data }) => /** @type {Claim[]} */ (data?.[CLAIMS] ?? []));
}

/** @param {Output} output @param {Place} place */
function one(output, place) {
  if (output.output_type === "stream") {
    const error = output.name === "stderr";
    return pre(
      error ? " stderr" : "",
      string(output.text),
      error ? "What it said on stderr" : "What it printed",
    );
  }
  if (output.output_type === "error") {
    const words = output.traceback?.join("\n") || `${output.ename}: ${output.evalue}`;
    return pre(" error", words, "The error that it ends with");
  }
  const data = output.data ?? {};
  const [type, write] = WRITERS.find(([known]) => known in data) ?? [];
  return type && write ? write(data[type], string(data["text/plain"]), place) : "";
}

/** A cell that prints in a loop leaves many pieces of one text. @param {readonly Output[]} outputs */
function together(outputs) {
  /** @type {Output[]} */
  const joined = [];
  for (const output of outputs) {
    const last = joined.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name)
      joined[joined.length - 1] = { ...last, text: string(last.text) + string(output.text) };
    else joined.push(output);
  }
  return joined;
}

/** As nbformat keeps text: whole, or by lines. @param {unknown} content */
const string = (content) => [content ?? ""].flat().join("");

/** Colours of a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ANSI = /\u001b\[[\d;]*m/g;

/** @param {string} kind @param {string} text @param {string} [label] */
function pre(kind, text, label = "What it gives") {
  const words = escaped(text.replace(ANSI, "").replace(/\n$/, ""));
  return `<pre class="out${kind}" role="group" aria-label="${label}">${words}</pre>`;
}

/** Drawn by the page's script when a reader comes near. @param {unknown} figure @param {string} words */
function plot(figure, words) {
  const { layout } = /** @type {{ layout?: { height?: number } }} */ (figure);
  const height = Number(layout?.height) || 380;
  const label = escaped(words || "Figure");
  return `<figure class="plot" aria-label="${label}" style="--height: ${height}px"><script type="application/json">${jsonInPage(figure)}</script><noscript>${label}</noscript></figure>`;
}

/** @param {string} type @param {string} base64 @param {string} words */
function picture(type, base64, words) {
  const source = `data:${type};base64,${base64.replace(/\s/g, "")}`;
  return `<div class="out"><img src="${escaped(source)}" alt="${escaped(words || "picture")}"></div>`;
}

/** As an image, so that what an SVG holds cannot reach into the page. @param {string} svg */
const encoded = (svg) => Buffer.from(svg).toString("base64");

/** @param {string} source @param {Place} place */
function markdown(source, place) {
  const section = parts(source, place);
  return section
    .map(({ heading, html }) => (heading ? `<p><strong>${heading.html}</strong></p>${html}` : html))
    .join("");
}

/** @param {string} source @param {Place} place */
function latex(source, { where }) {
  const { text, formulas } = withoutMath(source);
  return withMath(escaped(text), formulas, (formula) => typeset(formula, where));
}

/** A cell for the page: its script finds its place as `element`, as in JupyterLab. @param {string} code */
function script(code) {
  const safe = code.replaceAll("</script", "<\\/script");
  return `<div class="out html"></div><script>(function (element) {${safe}\n})(document.currentScript.previousElementSibling);</script>`;
}

/** @param {readonly Claim[]} claims */
export function claimCards(claims) {
  return `<ul class="claims">${claims.map((claim) => `<li>${claimCard(claim)}</li>`).join("")}</ul>`;
}

/** @param {Claim} claim @param {string} [after] more, as HTML */
export function claimCard({ course, topic, says, measured, verdict }, after = "") {
  const kind = escaped(verdict.replaceAll(" ", "-"));
  return `<article class="claim ${kind}"><p class="says">“${escaped(says)}” <span class="source">${escaped(course)}: ${escaped(topic)}</span></p><p class="measured"><strong class="verdict">${escaped(verdict)}:</strong> ${escaped(measured)}</p>${after}</article>`;
}
