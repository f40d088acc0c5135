// Which widgets the front ends know, and to which cell each belongs: one that runs again closes those of the run before.
import { currentChannel, hasChannel } from "../display/channel.ts";
import { comms } from "../session/comms.ts";
import { hasFrontend } from "../session/frontend.ts";
import { type Path, pack } from "./buffers.ts";
import type { Widget } from "./widget.ts";

/** By the id that front ends have for them. */
export const openWidgets: Map<string, Widget> = new Map();

interface Owner {
  run: number;
  widgets: Set<Widget>;
}

const owners = new Map<string, Owner>();

/** A cell shows the widget: it and its parts end when no cell that showed them does in its last run. */
export function adopt(root: Widget): void {
  if (!hasChannel()) return;
  const { id: run, cell } = currentChannel().run();
  const owner = owners.get(cell) ?? { run, widgets: new Set<Widget>() };
  owners.set(cell, owner);
  const old = owner.run === run ? new Set<Widget>() : owner.widgets;
  if (owner.run !== run) Object.assign(owner, { run, widgets: new Set<Widget>() });
  for (const widget of treeOf(root)) {
    old.delete(widget);
    owner.widgets.add(widget);
  }
  const isShown = (widget: Widget): boolean =>
    [...owners.values()].some(({ widgets }) => widgets.has(widget));
  for (const widget of [...old].reverse()) if (!isShown(widget)) widget.close();
}

/** What comes to stand in a widget belongs to the same cell. */
export function inherit(parent: Widget, child: Widget): void {
  for (const { widgets } of owners.values()) {
    if (widgets.has(parent)) for (const widget of treeOf(child)) widgets.add(widget);
  }
}

/** It is closed. */
export function forget(widget: Widget): void {
  if (widget.modelId !== undefined) openWidgets.delete(widget.modelId);
  for (const [cell, { widgets }] of owners) {
    widgets.delete(widget);
    if (widgets.size === 0) owners.delete(cell);
  }
}

function* treeOf(widget: Widget): Generator<Widget> {
  for (const part of widget.parts) yield* treeOf(part);
  yield widget;
}

/** A page that was loaded again asks for all at once. */
export function answerFrontEnds(): void {
  if (!hasFrontend()) return;
  comms.register("jupyter.widget.control", (control) => {
    control.onMessage = ({ data }) => {
      if (typeof data !== "object" || data === null || Reflect.get(data, "method") !== "request_states")
        return;
      const { buffers, ...packed } = allStates();
      control.send({ method: "update_states", ...packed }, { buffers });
    };
  });
  // Front ends' own models, such as a look that a widget lacks, are nothing to the kernel; but their comm stays open.
  comms.register("jupyter.widget", () => {});
}

function allStates(): {
  states: Record<string, unknown>;
  buffer_paths: readonly Path[];
  buffers: readonly Uint8Array[];
} {
  const whole: Record<string, unknown> = {};
  for (const [id, widget] of openWidgets) {
    const { _model_name, _model_module, _model_module_version, ...rest } = widget.wireState();
    const named = { _model_name, _model_module, _model_module_version, ...rest };
    whole[id] = {
      model_name: _model_name,
      model_module: _model_module,
      model_module_version: _model_module_version,
      state: named,
    };
  }
  const { state, buffer_paths, buffers } = pack(whole);
  return { states: state, buffer_paths, buffers };
}
