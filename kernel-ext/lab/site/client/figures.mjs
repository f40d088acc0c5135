// @ts-check
// Figures: each is drawn when a reader comes near it, and again where the page turns dark or light, or changes its
// width much. plotly is loaded with the first one.

import { fitted, NARROW } from "./fit.mjs";

/** @typedef {import("./fit.mjs").Figure} Figure */
/** @typedef {{ react(place: HTMLElement, figure: Figure): Promise<unknown>, purge(place: HTMLElement): void }} Plotly */

/** The grey that the workbook's figures have for words and axes; here it takes the page's own. */
const GREY = '"#797979"';

/** What plotly gives a figure that asks for no height (pixels). */
const DEFAULT_HEIGHT = 450;

/** @type {Promise<Plotly> | undefined} */
let loading;

/** @returns {Promise<Plotly>} */
function plotly() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "assets/plotly.js";
    script.onload = () => resolve(/** @type {any} */ (globalThis).Plotly);
    script.onerror = () => reject(new Error("assets/plotly.js is not there: npm run site makes it"));
    document.head.append(script);
  });
  return loading;
}

/** @returns {() => void} draws again what is drawn */
export function drawFigures() {
  const places = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("figure.plot")]);
  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        void draw(/** @type {HTMLElement} */ (target));
      }
    },
    { rootMargin: "600px 0px" },
  );
  for (const place of places) near.observe(place);
  const drawn = () => places.filter((place) => place.dataset.drawn);
  const redraw = () => {
    for (const place of drawn()) void draw(place);
  };
  let narrow = innerWidth < NARROW;
  addEventListener("resize", () => {
    if (innerWidth < NARROW === narrow) return;
    narrow = !narrow;
    redraw();
  });
  // On paper, whose colours the page does not have yet, figures keep their own grey.
  addEventListener("beforeprint", () => {
    for (const place of places) void draw(place, GREY.slice(1, -1));
  });
  addEventListener("afterprint", redraw);
  return redraw;
}

/** @param {HTMLElement} place @param {string} [grey] for words and axes */
async function draw(place, grey = ink()) {
  const json = place.querySelector("script")?.textContent ?? "";
  const canvas = place.querySelector("div") ?? place.appendChild(document.createElement("div"));
  try {
    const { react } = await plotly();
    const figure = fitted(JSON.parse(json.replaceAll(GREY, JSON.stringify(grey))), place.clientWidth);
    await react(canvas, { ...figure, layout: { ...figure.layout, modebar: modebar() } });
    place.dataset.drawn = "yes";
    // On a phone it has another height than what was kept free for it; on paper plotly's own place would have none.
    place.style.setProperty("--height", `${figure.layout.height ?? DEFAULT_HEIGHT}px`);
  } catch (error) {
    canvas.textContent = `This figure could not be drawn: ${error instanceof Error ? error.message : error}`;
  }
}

/** Plotly's own is dark, for a white page. */
const modebar = () => ({ bgcolor: "rgba(0, 0, 0, 0)", color: GREY.slice(1, -1), activecolor: ink() });

const ink = () => getComputedStyle(document.documentElement).getPropertyValue("--figure-ink").trim();
