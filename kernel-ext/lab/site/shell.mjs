// @ts-check
// What all pages share: head, bar, landmarks, foot.
import { escaped } from "./html.mjs";

/**
 * @typedef {object} Page
 * @property {string} file
 * @property {string} title as text
 * @property {string} about a line for who finds the page elsewhere, as text
 * @property {string} main HTML
 * @property {string} [aside] HTML beside it
 */

/** Before anything is drawn, so that a dark page never flashes white. Some browsers keep nothing for files. */
const THEME = `try{const t=localStorage.getItem("gradbook-theme");if(t)document.documentElement.dataset.theme=t}catch{}`;

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#2a6fb5"/><path d="M5 8c5 0 5 15 11 15s6-7 11-7" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"/><circle cx="27" cy="16" r="2.5" fill="#ffb454"/></svg>`;

/** @param {Page} page @param {{ claims: boolean }} site */
export function pageHtml({ file, title, about, main, aside = "" }, { claims }) {
  const whole = file === "index.html" ? "gradbook: deep learning from scratch" : `${title} – gradbook`;
  const math = main.includes('class="katex') ? '<link rel="stylesheet" href="assets/math.css">\n' : "";
  const here = (/** @type {string} */ page) => (page === file ? ' aria-current="page"' : "");
  const toClaims = claims ? `<a href="claims.html"${here("claims.html")}>Claims</a>` : "";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${escaped(about)}">
<title>${escaped(whole)}</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}">
<script>${THEME}</script>
${math}<link rel="stylesheet" href="assets/site.css">
<script defer src="assets/site.js"></script>
</head>
<body>
<a class="skip" href="#content">Skip to the text</a>
<header class="bar">
<a class="brand" href="index.html"${here("index.html")}>gradbook</a>
<nav aria-label="Site">${toClaims}</nav>
<button type="button" class="tool" data-search aria-haspopup="dialog">Search <kbd>/</kbd></button>
<button type="button" class="tool" data-theme-switch>Theme</button>
</header>
<div class="page${aside ? " with-aside" : ""}">
${aside}
<main id="content" tabindex="-1">
${main}
</main>
</div>
<footer><p>Made from the notebooks of <a href="index.html">gradbook</a> with <code>npm run site</code>. It works from a file, without a network.</p></footer>
</body>
</html>
`;
}
