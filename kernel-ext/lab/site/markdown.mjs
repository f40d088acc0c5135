// @ts-check
// A cell of text as HTML, cut at its headings, for the page, its table of contents and the search.
import { Marked } from "marked";
import { Trouble } from "../trouble.mjs";
import { highlighted } from "./highlight.mjs";
import { escaped, slugOf, textOf } from "./html.mjs";
import { typeset, withMath, withoutMath } from "./math.mjs";

/** @typedef {{ id: string, level: number, html: string, text: string }} Heading */
/** @typedef {{ heading: Heading | undefined, html: string, text: string }} Part */

/**
 * @typedef {object} Place
 * @property {string} where the lesson and the cell, for errors
 * @property {Set<string>} ids of the page's headings so far
 * @property {ReadonlySet<string>} pages the site's, to which lessons may link
 */

/** @param {string} source @param {Place} place @returns {Part[]} */
export function parts(source, place) {
  const { text, formulas } = withoutMath(source);
  const marked = markdown(place);
  const tokens = marked.lexer(text);
  /** @type {import("marked").Token[][]} */
  const groups = [];
  for (const token of tokens) {
    const group = groups.at(-1);
    if (token.type === "heading" || !group) groups.push([token]);
    else group.push(token);
  }
  /** @param {string} html */
  const set = (html) => withMath(html, formulas, (formula) => typeset(formula, place.where));
  /** @param {string} html */
  const read = (html) => textOf(withMath(html, formulas, ({ tex }) => escaped(tex)));
  return groups.map((group) => {
    const [first, ...rest] = group;
    if (first?.type !== "heading") {
      const html = marked.parser(group);
      return { heading: undefined, html: set(html), text: read(html) };
    }
    const inner = marked.parseInline(first.text, { async: false });
    const words = read(inner);
    const heading = { id: newId(words, place.ids), level: first.depth, html: set(inner), text: words };
    const html = marked.parser(rest);
    return { heading, html: set(html), text: read(html) };
  });
}

/**
 * The first sentences of a text, as HTML.
 * @param {string} source @param {number} letters so many, or as many more as end the sentence @param {Place} place
 */
export function firstSentences(source, letters, place) {
  const { text, formulas } = withoutMath(source);
  const marked = markdown(place);
  const paragraph = marked.lexer(text).find(({ type }) => type === "paragraph")?.raw ?? "";
  let sentences = "";
  for (const sentence of paragraph.trim().split(/(?<=[.?!])\s+(?=\p{Lu})/u)) {
    if (sentences.length >= letters) break;
    sentences += `${sentences && " "}${sentence}`;
  }
  const html = marked.parseInline(sentences, { async: false });
  return withMath(html, formulas, (formula) => typeset(formula, place.where));
}

/** @param {string} words @param {Set<string>} ids */
function newId(words, ids) {
  const slug = slugOf(words);
  let id = slug;
  for (let number = 2; ids.has(id); number++) id = `${slug}-${number}`;
  ids.add(id);
  return id;
}

/** @param {Place} place */
function markdown({ where, pages }) {
  return new Marked({
    async: false,
    gfm: true,
    renderer: {
      code({ text, lang }) {
        return `<pre><code>${highlighted(text, lang?.split(/\s/)[0] || "text")}</code></pre>\n`;
      },
      table(token) {
        const row = (/** @type {typeof token.header} */ cells, /** @type {string} */ tag) =>
          `<tr>${cells.map(({ tokens, align }) => `<${tag}${align ? ` style="text-align: ${align}"` : ""}>${this.parser.parseInline(tokens)}</${tag}>`).join("")}</tr>`;
        const body = token.rows.map((cells) => row(cells, "td")).join("");
        return `<div class="wide"><table><thead>${row(token.header, "th")}</thead><tbody>${body}</tbody></table></div>\n`;
      },
      link({ href, tokens }) {
        const text = this.parser.parseInline(tokens);
        const target = targetOf(href, pages);
        return target ? `<a href="${escaped(target)}">${text}</a>` : text;
      },
      image({ href, text }) {
        if (!href.startsWith("data:image/"))
          throw new Trouble(
            `${where}: the picture “${href.slice(0, 80)}” is not in the notebook`,
            "drag it into the cell, so that it works offline",
          );
        return `<img src="${escaped(href)}" alt="${escaped(text)}">`;
      },
    },
  });
}

/**
 * Where a lesson's link leads on the site: to the page of a lesson, or out; to nowhere for a file of the clone.
 * @param {string} href @param {ReadonlySet<string>} pages
 */
function targetOf(href, pages) {
  if (/^(https?:|mailto:|#)/.test(href)) return href;
  const [path = "", anchor] = href.split("#");
  const page = (path.split("/").at(-1) ?? "").replace(/\.ipynb$/, ".html");
  return pages.has(page) ? `${page}${anchor ? `#${anchor}` : ""}` : undefined;
}
