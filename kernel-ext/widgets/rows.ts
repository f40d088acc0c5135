// How controls stand: one a row, and boxes to tick side by side, as far as there is room.
import { hbox } from "./boxes.ts";
import type { Control } from "./control.ts";
import { Widget } from "./widget.ts";

export function rowsOf(controls: readonly Control<unknown>[]): Widget[] {
  const ticks = controls.filter(({ labelled, value }) => !labelled && typeof value === "boolean");
  if (ticks.length < 2) return [...controls];
  const layout = new Widget("Layout", { width: "auto", margin: "2px 12px 2px 2px" });
  for (const tick of ticks) tick.set({ layout });
  const row = hbox(...ticks);
  row.set({ layout: new Widget("Layout", { flex_flow: "row wrap" }) });
  return controls.flatMap((control) =>
    control === ticks[0] ? [row] : ticks.includes(control) ? [] : [control],
  );
}
