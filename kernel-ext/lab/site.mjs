// @ts-check
// `npm run site`: the set-up, and then what needs its packages.
import { setUp } from "./setup.mjs";

/** @param {import("./screen.mjs").Screen} screen @returns {Promise<number>} exit code */
export async function site(screen) {
  await setUp({ again: "npm run site", offline: false, withPython: true }, screen);
  const { makeSite } = await import("./site/site.mjs");
  return makeSite(screen);
}
