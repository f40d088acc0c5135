// MurmurHash2 of a text's UTF-8: what JupyterLab names a cell by, so that it knows which one a frame is in.

const M = 0x5bd1e995;
const encoder = new TextEncoder();

/**
 * @example
 * murmur2("const x = 1;", 0xc70f6907); // 2401825191
 */
export function murmur2(text: string, seed: number): number {
  const data = encoder.encode(text);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const whole = data.length & ~3;
  let hash = seed ^ data.length;
  for (let at = 0; at < whole; at += 4) {
    let word = Math.imul(view.getInt32(at, true), M);
    word = Math.imul(word ^ (word >>> 24), M);
    hash = Math.imul(hash, M) ^ word;
  }
  if (data.length > whole) {
    for (let at = data.length - 1; at >= whole; at--) hash ^= (data[at] ?? 0) << (8 * (at - whole));
    hash = Math.imul(hash, M);
  }
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return (hash ^ (hash >>> 15)) >>> 0;
}
