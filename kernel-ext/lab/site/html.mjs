// @ts-check
// Text and HTML, from the one to the other.

/** @type {Record<string, string>} */
const NAMED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
/** @type {Record<string, string>} */
const MEANT = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: " ", "#39": "'", "#8288": "" };

/** @param {string} text */
export const escaped = (text) => text.replace(/[&<>"']/g, (sign) => NAMED[sign] ?? sign);

/**
 * What a reader sees of HTML, on one line.
 * @param {string} html
 */
export function textOf(html) {
  return html
    .replace(/<(script|style)\b.*?<\/\1>/gs, " ")
    .replace(/<[^>]*>/g, (tag) => (/^<\/?(a|b|i|em|strong|code|span|sub|sup)\b/.test(tag) ? "" : " "))
    .replace(/&(#?\w+);/g, (whole, name) => MEANT[name] ?? whole)
    .replace(/\s+/g, " ")
    .trim();
}

/**
 * Data in a page: no `</script>` or `<!--` in it can end the element that holds it.
 * @param {unknown} data
 */
export const jsonInPage = (data) => JSON.stringify(data).replaceAll("<", "\\u003c");

/**
 * A heading as it stands in an address.
 * @param {string} text
 */
export function slugOf(text) {
  const words =
    text
      .normalize("NFKD")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.join("-") || "section";
}
