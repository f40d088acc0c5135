// Opens a notebook at one of its cells.
import type { JupyterFrontEnd } from "@jupyterlab/application";
import { PageConfig } from "@jupyterlab/coreutils";
import type { NotebookPanel } from "@jupyterlab/notebook";
import { el } from "./dom.ts";

export type Open = (path: string, cell?: string) => Promise<void>;

export function openerOf({ commands, shell }: JupyterFrontEnd): Open {
  return async (path, cell) => {
    const panel = (await commands.execute("docmanager:open", { path })) as NotebookPanel | undefined;
    if (!panel) return;
    shell.activateById(panel.id);
    if (cell !== undefined) await showCell(panel, cell);
  };
}

/** Scrolls to a cell, selects it and gives it the focus, in command mode: arrows go on from there, Enter begins to write. */
export async function showCell(panel: NotebookPanel, id: string): Promise<void> {
  await panel.context.ready;
  await panel.revealed;
  const notebook = panel.content;
  const at = notebook.widgets.findIndex(({ model }) => model.id === id);
  if (at < 0) return;
  notebook.deselectAll();
  notebook.activeCellIndex = at;
  notebook.mode = "command";
  await notebook.scrollToItem(at, "start");
  notebook.node.focus({ preventScroll: true });
}

/** A link that a browser may also open in a tab of its own. */
export function linkTo(
  open: Open,
  path: string,
  cell: string | undefined,
  ...words: (string | Node)[]
): HTMLElement {
  const href = PageConfig.getUrl({ treePath: path });
  const link = el("a", { href, "data-key": `${path}#${cell ?? ""}` }, ...words);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void open(path, cell);
  });
  return link;
}
