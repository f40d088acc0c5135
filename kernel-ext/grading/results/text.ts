// Texts that come from answers, made fit to be read: no escape sequences, nothing unseen, not endless.

const BEGINS = "[\u001b\u009b]";
const ENDS = "(?:\u0007|\u001b\\\\)";
/** Terminals' own: colours and cursor, titles and links, and the rest by two signs. */
const ESCAPES = new RegExp(
  `${BEGINS}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${BEGINS.slice(1, -1)}\u0007]*${ENDS}|[()#][0-9A-Za-z]|[0-?]*[ -/]*[@-~])`,
  "g",
);
/** Control characters but for tab and new line; halves of characters; what XML does not take either. */
const UNSEEN = /(?![\t\n])[\p{Cc}\p{Surrogate}\ufffe\uffff]/gu;
/** They turn the order of what is read. */
const TURNING = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;

/** As a person reads it: at most `longest` characters, and how many were left out. */
export function readable(text: string, longest: number): string {
  // Cut first: what comes may have a megabyte, and escapes are no longer than what they stand in.
  const whole = text.length <= 2 * longest;
  const seen = cleaned(whole ? text : text.slice(0, 2 * longest));
  if (whole && seen.length <= longest) return seen;
  const kept = seen.slice(0, longest).replace(/\p{Surrogate}$/u, "");
  const left = text.length - kept.length;
  return `${kept}… (${left.toLocaleString("en")} more characters)`;
}

/** The same on one line. */
export const inLine = (text: string, longest: number): string =>
  readable(
    text
      .slice(0, 4 * longest)
      .replace(/\s+/g, " ")
      .trim(),
    longest,
  );

export function cleaned(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(ESCAPES, "")
    .replace(UNSEEN, pictured)
    .replace(TURNING, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Unicode has a picture for each of the first 32. */
function pictured(sign: string): string {
  const code = sign.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "␡" : "\ufffd";
}

/** Points as people write them, without what adding tenths leaves behind. */
export const pointsText = (points: number): string => String(Math.round(points * 1000) / 1000);

export const count = (number: number, thing: string, things: string = `${thing}s`): string =>
  `${pointsText(number)} ${number === 1 ? thing : things}`;

export const ofPoints = (earned: number, points: number): string =>
  `${pointsText(earned)} of ${count(points, "point")}`;

/** Sums of points as `judge` has them. */
export const sum = (numbers: readonly number[]): number =>
  Number(numbers.reduce((total, number) => total + number, 0).toPrecision(12));
