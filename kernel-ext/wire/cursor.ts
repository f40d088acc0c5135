// Jupyter counts cursor positions in Unicode code points, TypeScript in UTF-16 units.

export function toUtf16(text: string, codePoints: number): number {
  let units = 0;
  for (const point of text) {
    if (codePoints-- <= 0) break;
    units += point.length;
  }
  return units;
}

export function toCodePoints(text: string, units: number): number {
  return [...text.slice(0, units)].length;
}
