// Text as bytes and back, losslessly, and the order in which GPT-2 numbers the bytes.

const encoder = new TextEncoder();
/** Keeps a byte order mark, and puts � for bytes that are no UTF-8. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

const LONE = /\p{Surrogate}/u;
const PIECES = /\p{Surrogate}|\P{Surrogate}+/gu;

/** UTF-8. Half a surrogate pair, which JavaScript's strings may hold, takes the three bytes that its number would (WTF-8). */
export function bytesOfText(text: string): Uint8Array {
  if (!LONE.test(text)) return encoder.encode(text);
  const pieces = (text.match(PIECES) ?? []).map((piece) => {
    if (!LONE.test(piece)) return encoder.encode(piece);
    const code = piece.charCodeAt(0);
    return Uint8Array.of(0xed, 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
  });
  return joined(pieces);
}

/** Bytes one after the other. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** The text of bytes: what `bytesOfText` took apart, and � where half a character is missing. */
export function textOfBytes(bytes: Uint8Array): string {
  let text = "";
  let from = 0;
  for (let i = bytes.indexOf(0xed); i >= 0; i = bytes.indexOf(0xed, i + 1)) {
    const [middle = 0, last = 0] = [bytes[i + 1], bytes[i + 2]];
    if (middle >> 5 !== 0b101 || last >> 6 !== 0b10) continue;
    text += decoder.decode(bytes.subarray(from, i));
    text += String.fromCharCode(0xd000 | ((middle & 0x3f) << 6) | (last & 0x3f));
    from = i + 3;
  }
  return text + decoder.decode(bytes.subarray(from));
}

const printable = (byte: number): boolean => (byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173);

/** The bytes in GPT-2's order: first those that Latin-1 prints, from "!" on, then the others. */
export const BYTES: Uint8Array = (() => {
  const all = Array.from({ length: 256 }, (_, byte) => byte);
  return Uint8Array.from([...all.filter(printable), ...all.filter((byte) => !printable(byte))]);
})();
