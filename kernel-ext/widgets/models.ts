// The front end's models that are used here, as its manager names them, and where ours begin otherwise than theirs.
// https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/jupyterwidgetmodels.latest.md

export type State = Record<string, unknown>;

export type ModelName =
  | "FloatSlider"
  | "FloatLogSlider"
  | "FloatRangeSlider"
  | "IntSlider"
  | "Dropdown"
  | "Checkbox"
  | "Text"
  | "Button"
  | "Play"
  | "FloatProgress"
  | "Label"
  | "HTML"
  | "HBox"
  | "VBox"
  | "Tab"
  | "Link"
  | "Output"
  | "Any"
  | "Layout"
  | `${"Slider" | "Description" | "Checkbox" | "Text" | "Progress" | "Label" | "HTML" | "Button"}Style`;

interface Model {
  readonly module?: keyof typeof VERSIONS;
  /** Its view, where that is not called as the model is. */
  readonly view?: string;
  /** The model of its colours and fonts. */
  readonly style?: ModelName;
  /** Whether it is seen itself, or is how others look or hang together. */
  readonly unseen?: boolean;
  readonly defaults?: Readonly<State>;
}

const VERSIONS = {
  "@jupyter-widgets/base": "2.0.0",
  "@jupyter-widgets/controls": "2.0.0",
  "@jupyter-widgets/output": "1.0.0",
  anywidget: "~0.11.0",
} as const;

const SLIDER: Model = {
  style: "SliderStyle",
  defaults: { continuous_update: true, orientation: "horizontal", readout: true, behavior: "drag-tap" },
};
/** A label has the room that it needs. */
const ROOMY: Model = { view: "StyleView", unseen: true, defaults: { description_width: "initial" } };
const BOX: Model = { defaults: { box_style: "" } };

const MODELS: Readonly<Record<ModelName, Model>> = {
  FloatSlider: SLIDER,
  FloatLogSlider: { ...SLIDER, defaults: { ...SLIDER.defaults, base: 10 } },
  FloatRangeSlider: SLIDER,
  IntSlider: SLIDER,
  Dropdown: { style: "DescriptionStyle" },
  Checkbox: { style: "CheckboxStyle", defaults: { indent: false } },
  Text: { style: "TextStyle", defaults: { continuous_update: true } },
  Button: { style: "ButtonStyle" },
  Play: { style: "DescriptionStyle", defaults: { playing: false, repeat: false, show_repeat: true } },
  FloatProgress: { view: "ProgressView", style: "ProgressStyle", defaults: { bar_style: "" } },
  Label: { style: "LabelStyle" },
  HTML: { style: "HTMLStyle", defaults: { description: "" } },
  HBox: BOX,
  VBox: BOX,
  Tab: { defaults: { box_style: "", selected_index: 0 } },
  Link: { unseen: true },
  Output: { module: "@jupyter-widgets/output", defaults: { msg_id: "", outputs: [] } },
  Any: { module: "anywidget" },
  SliderStyle: ROOMY,
  DescriptionStyle: ROOMY,
  CheckboxStyle: ROOMY,
  TextStyle: ROOMY,
  ProgressStyle: ROOMY,
  LabelStyle: ROOMY,
  HTMLStyle: ROOMY,
  ButtonStyle: { view: "StyleView", unseen: true },
  Layout: { module: "@jupyter-widgets/base", unseen: true },
};

/** What a state begins with. */
export const defaultsOf = (model: ModelName): Readonly<State> => MODELS[model].defaults ?? {};

/** The models that carry its look. */
export function looksOf(model: ModelName): { readonly layout?: "Layout"; readonly style?: ModelName } {
  const { unseen, style } = MODELS[model];
  return unseen ? {} : { layout: "Layout", ...(style && { style }) };
}

/** What front ends find its classes by. */
export function classesOf(model: ModelName): State {
  const { module = "@jupyter-widgets/controls", view = `${model}View` } = MODELS[model];
  const viewModule = view === "StyleView" ? "@jupyter-widgets/base" : module;
  return {
    _model_module: module,
    _model_module_version: VERSIONS[module],
    _model_name: `${model}Model`,
    _view_module: viewModule,
    _view_module_version: VERSIONS[viewModule],
    _view_name: model === "Link" ? null : view,
  };
}
