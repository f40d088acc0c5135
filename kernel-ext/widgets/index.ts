// `import { interact, slider } from "gradbook/widgets"`: controls in a notebook, by the front end's own widget manager.
import { answerFrontEnds } from "./open.ts";

answerFrontEnds();

export { AnyWidget, type AnyWidgetOptions, anywidget } from "./anywidget.ts";
export { hbox, tabs, vbox } from "./boxes.ts";
export {
  button,
  Control,
  checkbox,
  label,
  progressBar,
  type RangeOptions,
  range,
  type SelectOptions,
  type SliderOptions,
  select,
  slider,
  text,
} from "./controls.ts";
export { Interaction, interact, type ValuesOf } from "./interact.ts";
export { Output, output } from "./output.ts";
export { type PlayOptions, play } from "./player.ts";
export { Widget } from "./widget.ts";
