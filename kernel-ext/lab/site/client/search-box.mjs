// @ts-check
// The search's box: by button, / or Ctrl+K; arrows choose, Enter goes, Escape closes.
import { patternOf, searchOver, snippet } from "./search.mjs";

/** @typedef {import("./search.mjs").Section} Section */

/** What the address of a found place carries: the words to mark there. */
const FOUND = "found";

/** @returns {Promise<ReturnType<typeof searchOver>>} */
function loadIndex() {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "assets/search-index.js";
    script.onload = () => resolve(searchOver(/** @type {any} */ (globalThis).gradbookSections));
    script.onerror = () => reject(new Error("assets/search-index.js is not there: npm run site makes it"));
    document.head.append(script);
  });
}

export function openSearch() {
  const dialog = document.body.appendChild(document.createElement("dialog"));
  dialog.className = "search";
  dialog.setAttribute("aria-label", "Search all lessons");
  dialog.innerHTML = `<form method="dialog"><input type="search" placeholder="Search all lessons" aria-label="Search all lessons" autocomplete="off" spellcheck="false" role="combobox" aria-expanded="false" aria-controls="search-results" aria-autocomplete="list"><button class="tool" value="cancel" aria-label="Close">Esc</button></form><ul id="search-results" role="listbox" aria-label="Results"></ul><p class="said" role="status"></p>`;
  const input = /** @type {HTMLInputElement} */ (dialog.querySelector("input"));
  const list = /** @type {HTMLElement} */ (dialog.querySelector("ul"));
  const said = /** @type {HTMLElement} */ (dialog.querySelector(".said"));
  /** @type {ReturnType<typeof loadIndex> | undefined} */
  let index;
  let chosen = -1;

  const open = () => {
    index ??= loadIndex();
    if (!dialog.open) dialog.showModal();
    input.select();
    void show();
  };
  const show = async () => {
    const query = input.value.trim();
    try {
      const hits = query ? (await index)?.find(query) : [];
      if (query !== input.value.trim()) return;
      list.replaceChildren(...(hits ?? []).map(({ section }, at) => option(section, query, at)));
      said.textContent = query ? `${hits?.length || "No"} ${hits?.length === 1 ? "place" : "places"}` : "";
      choose(hits?.length ? 0 : -1);
    } catch (error) {
      said.textContent = error instanceof Error ? error.message : String(error);
    }
  };
  const choose = (/** @type {number} */ at) => {
    const options = [...list.children];
    chosen = options.length ? (at + options.length) % options.length : -1;
    options.forEach((one, i) => {
      one.setAttribute("aria-selected", String(i === chosen));
    });
    options[chosen]?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-expanded", String(options.length > 0));
    input.setAttribute("aria-activedescendant", options[chosen]?.id ?? "");
  };
  const go = () => {
    const link = list.children[chosen]?.querySelector("a");
    if (!link) return;
    dialog.close();
    link.click();
  };

  input.addEventListener("input", () => void show());
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose(chosen + step);
    else if (event.key === "Enter") go();
    // Left to itself, a field of this kind takes the first Escape to empty itself.
    else if (event.key === "Escape") dialog.close();
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  document.querySelector("[data-search]")?.addEventListener("click", open);
  addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLElement && event.target.closest("input, textarea, select");
    const asked = (event.key === "/" && !typing) || (event.key === "k" && (event.ctrlKey || event.metaKey));
    if (!asked || event.altKey) return;
    event.preventDefault();
    open();
  });
  addEventListener("hashchange", markFound);
}

/** @param {Section} section @param {string} query @param {number} at */
function option(section, query, at) {
  const item = document.createElement("li");
  item.id = `search-result-${at}`;
  item.setAttribute("role", "option");
  const link = item.appendChild(document.createElement("a"));
  link.href = `${section.page}?${new URLSearchParams({ [FOUND]: query })}#${section.id}`;
  link.tabIndex = -1;
  link.append(line("strong", snippet(section.heading, query)));
  if (section.heading !== section.lesson) link.append(line("em", [{ text: section.lesson, marked: false }]));
  const inText = patternOf(query)?.test(section.text) || !section.code;
  link.append(line("span", snippet(inText ? section.text : section.code, query)));
  return item;
}

/** @param {string} name @param {ReturnType<typeof snippet>} pieces */
function line(name, pieces) {
  const element = document.createElement(name);
  for (const { text, marked } of pieces) {
    if (!marked) element.append(text);
    else element.appendChild(document.createElement("mark")).textContent = text;
  }
  return element;
}

/** Marks the words that were looked for, in the section to which the search led. */
export function markFound() {
  const pattern = patternOf(new URLSearchParams(location.search).get(FOUND) ?? "");
  const heading = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!pattern || !heading || !("highlights" in CSS)) return;
  const ranges = [];
  const everywhere = new RegExp(pattern.source, "giu");
  for (const node of textsUnder(heading)) {
    for (const { index, 0: word } of (node.textContent ?? "").matchAll(everywhere)) {
      const range = new Range();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      ranges.push(range);
    }
  }
  CSS.highlights.set("found", new Highlight(...ranges));
  // A section may be long: where its heading is not near the word, the word is what one came for.
  const first = ranges[0];
  const top = first?.getBoundingClientRect().top ?? 0;
  if (first && top > innerHeight * 0.8) scrollBy({ top: top - innerHeight / 3 });
}

/** From a heading to the next one, what is to be read. @param {Element} heading */
function* textsUnder(heading) {
  const walker = document.createTreeWalker(
    document.body,
    NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT,
    (node) =>
      node instanceof Element && node.matches("script, .katex, dialog")
        ? NodeFilter.FILTER_REJECT
        : NodeFilter.FILTER_ACCEPT,
  );
  walker.currentNode = heading;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Element && /^H[1-6]$/.test(node.tagName)) return;
    if (node instanceof Text) yield node;
  }
}
