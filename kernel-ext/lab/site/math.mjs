// @ts-check
// Formulas. As JupyterLab does, they are taken out before the text is read as Markdown, which would see emphasis in
// their underscores and columns in their bars, and put back, typeset, when it has become HTML.
import katex from "katex";
import { Trouble } from "../trouble.mjs";

/** @typedef {{ tex: string, display: boolean }} Formula */

/** Signs of nobody's alphabet, around the number of a formula. */
const [OPEN, CLOSE] = ["\uE000", "\uE001"];

/** A line may end at a formula; but the full stop after it is not to begin the next. */
const JOINED = "&#8288;";

const FENCED = /(?:^|\n) *(?<fence>`{3,}|~{3,})[^\n]*\n(?:[\s\S]*?\n)?? *\k<fence>[`~]*(?=\s*(?:\n|$))/;
const CODE_SPAN = /(?<!`)(?<ticks>`+)(?!`)[\s\S]*?(?<!`)\k<ticks>(?!`)/;
const ESCAPED = /\\[\\$]/;
const DISPLAY = /\$\$(?<display>(?:\\[\s\S]|[^\\$])+?)\$\$/;
const ENVIRONMENT = /(?<environment>\\begin\{(?<kind>\w+\*?)\}[\s\S]*?\\end\{\k<kind>\})/;
// “$5 and $10” is no formula: one begins and ends with no blank, and no number follows it.
const INLINE = /\$(?!\s)(?<inline>(?:\\[^\n]|[^\\$\n]|\n(?!\s*\n))+?)(?<!\s)\$(?!\d)/;
const PIECES = new RegExp(
  [FENCED, CODE_SPAN, ESCAPED, DISPLAY, ENVIRONMENT, INLINE].map(({ source }) => source).join("|"),
  "g",
);

/**
 * The text with a mark in place of each formula, and the formulas.
 * @param {string} text
 */
export function withoutMath(text) {
  /** @type {Formula[]} */
  const formulas = [];
  const marked = text.replace(PIECES, (...found) => {
    const { display, environment, inline } = found.at(-1);
    const tex = display ?? environment ?? inline;
    if (tex === undefined) return found[0];
    formulas.push({ tex: tex.trim(), display: inline === undefined });
    return `${OPEN}${formulas.length - 1}${CLOSE}`;
  });
  return { text: marked, formulas };
}

/**
 * @param {string} html with marks @param {readonly Formula[]} formulas
 * @param {(formula: Formula) => string} write
 */
export function withMath(html, formulas, write) {
  return html.replace(new RegExp(`${OPEN}(\\d+)${CLOSE}([.,;:!?)]?)`, "g"), (mark, at, sign) => {
    const formula = formulas[Number(at)];
    if (!formula) return mark;
    return write(formula) + (sign && !formula.display ? JOINED : "") + sign;
  });
}

/**
 * A formula as HTML to look at and MathML to be read out.
 * @param {Formula} formula @param {string} where for the error
 */
export function typeset({ tex, display }, where) {
  try {
    const html = katex.renderToString(tex, { displayMode: display, strict: false, throwOnError: true });
    return display ? `<span class="formula">${html}</span>` : html;
  } catch (error) {
    if (!(error instanceof katex.ParseError)) throw error;
    const words = error.message.replace(/^KaTeX parse error: /, "");
    throw new Trouble(`${where}: the formula “${tex}” cannot be typeset (${words})`, "mend it in the lesson");
  }
}
