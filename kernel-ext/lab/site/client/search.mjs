// @ts-check
// A search over the sections of all lessons, in the page itself: words by their beginnings, all of them wanted, those
// in titles before those in the text. No server, no network.

/**
 * @typedef {object} Section
 * @property {string} page
 * @property {string} lesson
 * @property {string} heading
 * @property {string} id of the heading
 * @property {string} text
 * @property {string} code
 */

/** @typedef {{ section: Section, score: number }} Hit */

const WEIGHTS = /** @type {const} */ ({ lesson: 6, heading: 8, text: 1, code: 0.5 });
/** A word that only begins with what was typed counts less. */
const BEGINNING = 0.5;

/**
 * The words of a text, small and without accents; a name such as `crossEntropy` is three: itself and its parts.
 * @param {string} text
 */
export function wordsOf(text) {
  const plain = ASCII.test(text) ? text : text.normalize("NFKD").replace(/\p{M}/gu, "");
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).flatMap(partsOf);
}

const ASCII = /^[\0-\x7f]*$/;

/** A text says the same words again and again. @type {Map<string, string[]>} */
const PARTS = new Map();

/** @param {string} word */
function partsOf(word) {
  const known = PARTS.get(word);
  if (known) return known;
  const parts = word.match(/\p{Lu}?[\p{Ll}\p{N}]+|\p{Lu}+(?!\p{Ll})/gu) ?? [];
  const words = [word, ...(parts.length > 1 ? parts : [])].map((part) => part.toLowerCase());
  PARTS.set(word, words);
  return words;
}

/** @param {string} query */
const pieces = (query) => query.normalize("NFC").match(/[\p{L}\p{N}]+/gu) ?? [];

/** @param {readonly Section[]} sections */
export function searchOver(sections) {
  /** How much each section is about a word. @type {Map<string, Map<number, number>>} */
  const weights = new Map();
  sections.forEach((section, at) => {
    for (const [field, weight] of Object.entries(WEIGHTS)) {
      for (const word of wordsOf(section[/** @type {keyof typeof WEIGHTS} */ (field)])) {
        const places = weights.get(word) ?? new Map();
        weights.set(word, places);
        places.set(at, (places.get(at) ?? 0) + weight);
      }
    }
  });
  const known = [...weights.keys()].sort();

  /** @param {string} term @returns {Map<number, number>} */
  function scores(term) {
    /** @type {Map<number, number>} */
    const found = new Map();
    for (let at = firstFrom(known, term); known[at]?.startsWith(term); at++) {
      const word = /** @type {string} */ (known[at]);
      const places = weights.get(word) ?? new Map();
      const rarity = Math.log(1 + sections.length / places.size);
      const share = word === term ? 1 : BEGINNING;
      for (const [place, weight] of places) {
        const score = share * rarity * Math.log(1 + weight);
        found.set(place, Math.max(found.get(place) ?? 0, score));
      }
    }
    return found;
  }

  return {
    /** @param {string} query @param {number} [most] @returns {Hit[]} */
    find(query, most = 20) {
      const terms = [...new Set(pieces(query).flatMap((word) => wordsOf(word).slice(0, 1)))];
      if (terms.length === 0) return [];
      const [first = new Map(), ...others] = terms.map(scores);
      return [...first]
        .filter(([place]) => others.every((one) => one.has(place)))
        .map(([place, score]) => ({
          section: /** @type {Section} */ (sections[place]),
          score: others.reduce((sum, one) => sum + (one.get(place) ?? 0), score),
          place,
        }))
        .sort((a, b) => b.score - a.score || a.place - b.place)
        .slice(0, most)
        .map(({ section, score }) => ({ section, score }));
    },
  };
}

/** The place of the first word that is not before this one. @param {readonly string[]} sorted @param {string} word */
function firstFrom(sorted, word) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (/** @type {string} */ (sorted[middle]) < word) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * A piece of the text, where most of the words that were looked for stand, cut so that they can be marked.
 * @param {string} text @param {string} query @param {number} [length]
 * @returns {{ text: string, marked: boolean }[]}
 */
export function snippet(text, query, length = 150) {
  const looked = patternOf(query);
  if (!looked) return [{ text: text.slice(0, length), marked: false }];
  const at = richest(text, looked, length / 2);
  const from = at <= length / 3 ? 0 : text.indexOf(" ", at - length / 3) + 1;
  const cut = text.slice(from, from + length);
  const pieces = cut.split(looked).map((piece, i) => ({ text: piece, marked: i % 2 === 1 }));
  if (from > 0) pieces.unshift({ text: "… ", marked: false });
  if (from + length < text.length) pieces.push({ text: " …", marked: false });
  return pieces.filter((piece) => piece.text);
}

/** Where a stretch of the text begins that has the most different words. @param {string} text @param {RegExp} looked @param {number} length */
function richest(text, looked, length) {
  const found = [...text.matchAll(new RegExp(looked.source, "giu"))];
  const kinds = (/** @type {number} */ from) =>
    new Set(
      found
        .filter(({ index }) => index >= from && index < from + length)
        .map(([word]) => word.slice(0, 3).toLowerCase()),
    ).size;
  const best = Math.max(0, ...found.map(({ index }) => kinds(index)));
  return found.find(({ index }) => kinds(index) === best)?.index ?? 0;
}

/** Finds what begins with a word of the query, as one group. @param {string} query */
export function patternOf(query) {
  const terms = pieces(query);
  return terms.length
    ? new RegExp(`((?<![\\p{L}\\p{N}])(?:${terms.join("|")})[\\p{L}\\p{N}]*)`, "iu")
    : undefined;
}
