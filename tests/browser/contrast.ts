// What a reader sees of words in a drawing: how they stand out from what is behind them, and whether they are whole.
import type { Locator } from "playwright-core";
import { contrastOf } from "../contrast.ts";

export interface Words {
  readonly text: string;
  /** WCAG 2.2, "contrast ratio", with what the page has behind the drawing. */
  readonly contrast: number;
  /** In the page's pixels. */
  readonly box: Box;
}

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The words of plotly's drawings, but for those on bars and cells, which plotly colours for what is below them. */
export async function wordsOf(drawing: Locator): Promise<Words[]> {
  const seen = await drawing.evaluate((place) => {
    type Colour = readonly [number, number, number, number];
    const read = (css: string): Colour => {
      const [r = 0, g = 0, b = 0, a = 1] = (css.match(/[\d.]+/g) ?? []).map(Number);
      return [r, g, b, a];
    };
    const over = ([r, g, b, a]: Colour, [x, y, z]: Colour): Colour => [
      r * a + x * (1 - a),
      g * a + y * (1 - a),
      b * a + z * (1 - a),
      1,
    ];
    const grounds: Colour[] = [];
    for (let at: Element | null = place; at; at = at.parentElement)
      grounds.unshift(read(getComputedStyle(at).backgroundColor));
    const page = grounds.reduce((below, one) => over(one, below), [255, 255, 255, 1]);
    const ownOf = (node: Element): Colour => {
      const behind = node.closest(".legend, .updatemenu-button")?.querySelector("rect");
      if (!behind) return page;
      const { fill, fillOpacity } = getComputedStyle(behind);
      const [r, g, b, a] = read(fill);
      return over([r, g, b, a * Number(fillOpacity)], page);
    };
    const all = [...place.querySelectorAll<SVGTextElement>("svg text")];
    return all
      .filter((node) => !node.closest(".heatmaplayer, .barlayer, .hoverlayer") && node.textContent?.trim())
      .map((node) => {
        const ground = ownOf(node);
        const { fill, fillOpacity } = getComputedStyle(node);
        const [r, g, b, a] = read(fill);
        const ink = over([r, g, b, a * Number(fillOpacity)], ground);
        const { left, right, top, bottom } = node.getBoundingClientRect();
        const box = { left, right, top, bottom };
        return { text: node.textContent ?? "", ink, ground, box };
      });
  });
  return seen.map(({ text, ink, ground, box }) => ({ text, contrast: contrastOf(ink, ground), box }));
}

/** By so many pixels a letter's box may reach beyond the letter. */
const AIR = 4;

export const overlap = (a: Box, b: Box): boolean =>
  Math.min(a.right, b.right) - Math.max(a.left, b.left) > AIR &&
  Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > AIR;

export const within = (inner: Box, outer: Box): boolean =>
  inner.left > outer.left - AIR &&
  inner.right < outer.right + AIR &&
  inner.top > outer.top - AIR &&
  inner.bottom < outer.bottom + AIR;
