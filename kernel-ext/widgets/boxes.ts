// Widgets beside, below and behind each other.
import { Widget } from "./widget.ts";

/** From left to right. */
export function hbox(...widgets: readonly Widget[]): Widget {
  return new Widget("HBox", { children: widgets });
}

/** From top to bottom. */
export function vbox(...widgets: readonly Widget[]): Widget {
  return new Widget("VBox", { children: widgets });
}

/** One at a time, chosen by its name. */
export function tabs(widgets: Readonly<Record<string, Widget>>): Widget {
  return new Widget("Tab", { children: Object.values(widgets), titles: Object.keys(widgets) });
}
