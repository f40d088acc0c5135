// JSON of strangers. What would fill the memory or the stack when it is parsed is refused before.

/** Notebooks with plots in them come to about twenty. */
export const DEEPEST = 1_000;
/** Lists and objects in all: each takes some hundred bytes when it is parsed. */
export const MOST = 2_000_000;

/** Text that is no JSON, or more of it than is read: one line that says why. */
export class BadJson extends Error {
  override name = "BadJson";
}

export function parseJson(text: string): unknown {
  refuseTooMuch(text);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadJson(`is not JSON (${oneLine(error instanceof Error ? error.message : String(error))})`);
  }
}

const LONGEST_LINE = 160;

/** For messages that quote what a stranger wrote. */
export function oneLine(text: string, longest: number = LONGEST_LINE): string {
  const shown = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return shown.length > longest ? `${[...shown.slice(0, longest)].slice(0, -1).join("")}…` : shown;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** One pass over the text, jumping over its strings. */
function refuseTooMuch(text: string): void {
  let depth = 0;
  let opened = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > DEEPEST) throw new BadJson(`is nested more than ${DEEPEST} levels deep`);
      if (++opened > MOST) throw new BadJson("holds more than 2,000,000 lists and objects");
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
}

function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
}
