// Figures as files: plotly draws them in a Chromium that is on this machine. Nothing is fetched from anywhere.
// The same figure gives the same bytes.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import type { Figure } from "./figure.ts";

export interface RenderOptions {
  /** The page behind it: white, JupyterLab's dark grey, or none; "light" unless given. */
  readonly theme?: "light" | "dark" | "clear";
  /** In CSS pixels; the figure's own, or 720 × its height, unless given. */
  readonly width?: number;
  readonly height?: number;
  /** How many pixels of a PNG a CSS pixel has; 2 unless given. */
  readonly scale?: number;
}

/** A figure could not be drawn here; the message says what is missing and how it comes. */
export class RenderError extends Error {
  override readonly name = "RenderError";
}

/** What is drawn of a figure: one of ours, or what a notebook keeps of one. */
export interface Drawable {
  readonly data: readonly object[];
  readonly layout: { readonly width?: number; readonly height?: number };
}

const PAGES = { light: "#ffffff", dark: "#111111", clear: "rgba(0, 0, 0, 0)" } as const;

/** Plotly names the parts of an SVG by chance: a chance (mulberry32) that begins where it is told to. */
const CHANCE = `{
  let state = 0;
  globalThis.chanceFrom = (seed) => { state = seed; };
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}`;

/**
 * A Chromium that draws figures one after another; faster than one for each. `close` ends it.
 *
 * @example
 * const renderer = await Renderer.open();
 * try { await renderer.png(figure); } finally { await renderer.close(); }
 */
export class Renderer {
  readonly #page: { evaluate(script: string): Promise<unknown> };
  readonly #end: () => Promise<void>;

  private constructor(page: { evaluate(script: string): Promise<unknown> }, end: () => Promise<void>) {
    this.#page = page;
    this.#end = end;
  }

  /** Starts Chromium: the one in GRADBOOK_CHROMIUM, or the system's. */
  static async open(): Promise<Renderer> {
    const executablePath = chromiumPath();
    const plotly = plotlyPath();
    const { chromium } = await import("playwright-core").catch((cause: unknown) => {
      throw new RenderError("drawing figures takes the npm package playwright-core: `npm ci` brings it.", {
        cause,
      });
    });
    // A container's small /dev/shm and root's missing sandbox are the machine's, not ours.
    const browser = await chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"],
    });
    try {
      const context = await browser.newContext({ offline: true });
      const page = await context.newPage();
      await page.setContent("<!doctype html><body></body>");
      await page.addScriptTag({ content: CHANCE });
      await page.addScriptTag({ path: plotly });
      return new Renderer(page, () => browser.close());
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  /** The figure as the bytes of a PNG file. */
  async png(figure: Drawable, options: RenderOptions = {}): Promise<Uint8Array> {
    const url = await this.#draw(figure, "png", options);
    return Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
  }

  /** The figure as the text of an SVG file. */
  async svg(figure: Drawable, options: RenderOptions = {}): Promise<string> {
    const url = await this.#draw(figure, "svg", { ...options, scale: 1 });
    return attributesInOrder(decodeURIComponent(url.slice(url.indexOf(",") + 1)));
  }

  close(): Promise<void> {
    return this.#end();
  }

  async #draw(figure: Drawable, format: "png" | "svg", options: RenderOptions): Promise<string> {
    const { theme = "light", scale = 2 } = options;
    if (!(theme in PAGES)) {
      throw new RangeError(`theme is "light", "dark" or "clear", not ${JSON.stringify(theme)}.`);
    }
    for (const [name, size] of Object.entries({ scale, width: options.width, height: options.height })) {
      if (size === undefined || (size > 0 && size < Infinity)) continue;
      throw new RangeError(`${name} must be a number above 0; it is ${size}.`);
    }
    const { data, layout } = figure;
    const width = options.width ?? layout.width ?? 720;
    const height = options.height ?? layout.height;
    const drawn = { data, layout: { ...layout, paper_bgcolor: PAGES[theme], width, height } };
    const what = JSON.stringify(drawn);
    // From the figure, so that two of them on one page do not share names.
    const seed = createHash("sha256").update(what).digest().readInt32LE();
    const url = await this.#page.evaluate(
      `chanceFrom(${seed}); Plotly.toImage(${what}, ${JSON.stringify({ format, width, height, scale })})`,
    );
    if (typeof url === "string") return url;
    throw new RenderError("plotly drew nothing of this figure.");
  }
}

/** Chromium writes an element's style before or after its other attributes, as its own work falls out: by name, here. */
function attributesInOrder(svg: string): string {
  return svg.replace(/<([\w:-]+)((?: [\w:-]+="[^"]*")+)/g, (_, name: string, all: string) => {
    const attributes = all.match(/[\w:-]+="[^"]*"/g) ?? [];
    return `<${[name, ...attributes.filter((one) => one !== 'style=""').sort()].join(" ")}`;
  });
}

/**
 * A figure as PNG.
 * @example await writeFile("loss.png", await figureToPng(lossCurves({ training })))
 */
export function figureToPng(figure: Figure, options: RenderOptions = {}): Promise<Uint8Array> {
  return once((renderer) => renderer.png(figure, options));
}

/** A figure as SVG. */
export function figureToSvg(figure: Figure, options: RenderOptions = {}): Promise<string> {
  return once((renderer) => renderer.svg(figure, options));
}

/**
 * Writes a figure as .png or .svg, whole or not at all.
 * @example await saveFigure(lossCurves({ training }), "loss.svg")
 */
export async function saveFigure(figure: Figure, path: string, options: RenderOptions = {}): Promise<void> {
  const svg = path.endsWith(".svg");
  if (!svg && !path.endsWith(".png")) {
    throw new RangeError(`saveFigure: figures are saved as .png or .svg; "${path}" ends in neither.`);
  }
  const content = svg ? await figureToSvg(figure, options) : await figureToPng(figure, options);
  const aside = `${path}.${process.pid}.part`;
  try {
    await writeFile(aside, content);
    await rename(aside, path);
  } finally {
    await rm(aside, { force: true });
  }
}

async function once<T>(draw: (renderer: Renderer) => Promise<T>): Promise<T> {
  const renderer = await Renderer.open();
  try {
    return await draw(renderer);
  } finally {
    await renderer.close();
  }
}

function chromiumPath(): string {
  const given = process.env.GRADBOOK_CHROMIUM;
  if (given && existsSync(given)) return given;
  const mac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = ["chromium", "chromium-browser", "google-chrome"]
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .concat(mac)
    .find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new RenderError(
    "drawing figures takes Chromium or Chrome: `sudo apt-get install chromium`, or say where it is in GRADBOOK_CHROMIUM.",
  );
}

function plotlyPath(): string {
  try {
    return createRequire(import.meta.url).resolve("plotly.js-dist/plotly.js");
  } catch (cause) {
    throw new RenderError("drawing figures takes the npm package plotly.js-dist: `npm ci` brings it.", {
      cause,
    });
  }
}
