// `display(value)`, which every cell has.
import { bundleOf } from "./bundle.ts";
import { currentChannel } from "./channel.ts";

const shown = new Set<string>();

export interface DisplayFunction {
  /** Shows a value below the cell at once. Under an `id` already shown, it replaces what is there. */
  (value: unknown, options?: { id?: string }): Promise<void>;
  /** Removes the cell's outputs; with `wait`, when the next one comes. */
  clear(options?: { wait?: boolean }): void;
}

async function show(value: unknown, { id }: { id?: string } = {}): Promise<void> {
  const bundle = bundleOf(value);
  const data = bundle instanceof Promise ? await bundle : bundle;
  if (id === undefined) return currentChannel().show({ data });
  currentChannel().show({ data, id, update: shown.has(id) });
  shown.add(id);
}

export const display: DisplayFunction = Object.assign(show, {
  clear: ({ wait = false }: { wait?: boolean } = {}) => currentChannel().clear(wait),
});
