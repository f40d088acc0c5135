/** Red, green and blue, 0 to 255. */
export type Colour = readonly number[];

/** WCAG 2.2, "contrast ratio", of two colours such as "#797979". */
export function contrast(a: string, b: string): number {
  return contrastOf(channels(a), channels(b));
}

export function contrastOf(a: Colour, b: Colour): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function channels(colour: string): Colour {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

function luminance(colour: Colour): number {
  const [r = 0, g = 0, b = 0] = colour.map((one) => {
    const channel = one / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
