// `import { interact, slider } from "gradbook/widgets"`: controls in a notebook, by the front end's own widget manager.
import { answerFrontEnds } from "./open.ts";

answerFrontEnds();

export { AnyWidget, type AnyWidgetOptions, anywidget } from "./anywidget.ts";
export { hbox, tabs, vbox } from "./boxes.ts";
export { Control } from "./control.ts";
export { button, checkbox, label, progressBar, type SelectOptions, select, text } from "./controls.ts";
export { Interaction, interact, type ValuesOf } from "./interact.ts";
export { Output, output } from "./output.ts";
export { type PlayOptions, play } from "./player.ts";
export { type RangeOptions, range, type SliderOptions, slider } from "./sliders.ts";
export { Widget } from "./widget.ts";
