// @ts-check
// What a page of the site does once it is there. Bundled into one plain script, which also runs from a file.
import { filterClaims } from "./claims.mjs";
import { followReader } from "./contents.mjs";
import { drawFigures } from "./figures.mjs";
import { reachScrollers } from "./scrollers.mjs";
import { markFound, openSearch } from "./search-box.mjs";
import { switchTheme } from "./theme.mjs";

const redraw = drawFigures();
switchTheme(redraw);
openSearch();
markFound();
followReader();
reachScrollers();
filterClaims();
