// What kind of picture some bytes are: their first few tell.

const SIGNATURES: readonly (readonly [type: string, at: number, start: string])[] = [
  ["image/png", 0, "\x89PNG"],
  ["image/jpeg", 0, "\xff\xd8\xff"],
  ["image/gif", 0, "GIF8"],
  ["image/webp", 8, "WEBP"],
  ["image/bmp", 0, "BM"],
  ["application/pdf", 0, "%PDF"],
];

/**
 * The MIME type of a picture.
 *
 * @example
 * mimeTypeOf(new Uint8Array([0x47, 0x49, 0x46, 0x38])); // "image/gif"
 */
export function mimeTypeOf(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 16)).toString("latin1");
  const found = SIGNATURES.find(([, at, text]) => start.startsWith(text, at));
  if (found) return found[0];
  if (/^\s*<(\?xml|svg)/.test(start)) return "image/svg+xml";
  throw new TypeError(
    `display.image does not know a picture that begins with ${bytes.subarray(0, 4).join(" ")}; name its type: display.image(bytes, "image/…")`,
  );
}
