// Widgets beside, below and behind each other.
import type { ModelName, State } from "./models.ts";
import { Widget } from "./widget.ts";

/** From left to right. */
export function hbox(...widgets: readonly Widget[]): Widget {
  return boxOf("hbox", "HBox", { children: widgets });
}

/** From top to bottom. */
export function vbox(...widgets: readonly Widget[]): Widget {
  return boxOf("vbox", "VBox", { children: widgets });
}

/** One at a time, chosen by its name. */
export function tabs(widgets: Readonly<Record<string, Widget>>): Widget {
  return boxOf("tabs", "Tab", { children: Object.values(widgets), titles: Object.keys(widgets) });
}

function boxOf(who: string, model: ModelName, state: State & { children: readonly unknown[] }): Widget {
  const other = state.children.findIndex((child) => !(child instanceof Widget));
  if (other >= 0) throw new TypeError(`${who}: ${String(state.children[other])} is no widget.`);
  return new Widget(model, state);
}
