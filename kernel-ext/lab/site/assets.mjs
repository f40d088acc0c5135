// @ts-check
// What all pages share, each once: plotly made small, the pages' script, their look, KaTeX's look with its fonts.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, stop, transform } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const { resolve } = createRequire(import.meta.url);

/**
 * By their names under the site.
 * @param {{ plotly: boolean, math: boolean, sections: readonly object[] }} needs
 * @returns {Promise<Map<string, string>>}
 */
export async function assets({ plotly, math, sections }) {
  try {
    return new Map([
      ["assets/site.js", await pageScript()],
      ["assets/site.css", await styles()],
      // A script, not JSON: a page that was opened from a file may not fetch.
      ["assets/search-index.js", `globalThis.gradbookSections = ${JSON.stringify(sections)};\n`],
      ...(math ? [/** @type {const} */ (["assets/math.css", mathStyles()])] : []),
      ...(plotly ? [/** @type {const} */ (["assets/plotly.js", await plotlyScript()])] : []),
    ]);
  } finally {
    // It is a process.
    await stop();
  }
}

async function pageScript() {
  const { outputFiles } = await build({
    entryPoints: [join(HERE, "client", "main.mjs")],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    charset: "utf8",
  });
  return outputFiles[0]?.text ?? "";
}

/** In this order: what comes later may change what came before. */
const LOOK = ["colours", "text", "page", "cells", "search", "places"];

async function styles() {
  const whole = LOOK.map((name) => readFileSync(join(HERE, "look", `${name}.css`), "utf8")).join("\n");
  const { code } = await transform(whole, { loader: "css", minify: true });
  return code;
}

async function plotlyScript() {
  const whole = readFileSync(resolve("plotly.js-dist/plotly.js"), "utf8");
  const { code } = await transform(whole, { minify: true, legalComments: "inline", charset: "utf8" });
  return code;
}

/** Fonts within: Firefox takes none from another file, and a page from a file is to look the same. */
function mathStyles() {
  const path = resolve("katex/dist/katex.min.css");
  return readFileSync(path, "utf8").replace(
    /src:(url\((fonts\/[\w-]+\.woff2)\) format\("woff2"\))[^;}]*/g,
    (_, _url, font) => {
      const data = readFileSync(join(dirname(path), font)).toString("base64");
      return `src:url(data:font/woff2;base64,${data}) format("woff2")`;
    },
  );
}
