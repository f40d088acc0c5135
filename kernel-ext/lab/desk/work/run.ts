// "Check my work": all cells of a notebook in order, in its live kernel, and on past every error.
import { sessionContextDialogs } from "@jupyterlab/apputils";
import { type Cell, NotebookActions, type NotebookPanel } from "@jupyterlab/notebook";

/** How it ended: with all cells, or before one of them. */
export type End = "whole" | "stopped" | "died" | "closed";

export interface Steps {
  /** Other cells run still; ours begin after them. */
  waiting(): void;
  at(cell: number, of: number): void;
}

/** How often an interrupt is tried, and how soon again (ms). */
const MOST_TRIES = 20;
const NEXT_TRY = 500;

/** What a kernel is when it answers nobody. */
const GONE = new Set(["dead", "terminating", "restarting", "autorestarting"]);

export const kernelIsGone = ({ sessionContext }: NotebookPanel): boolean => {
  const status = sessionContext.session?.kernel?.status;
  return status === undefined || status === "dead";
};

export class WorkRun {
  readonly #panel: NotebookPanel;
  readonly #steps: Steps;
  #end: End | undefined;
  /** A cell of ours is with the kernel. */
  #isRunning = false;
  /** Ends whatever is being waited for. */
  #wake: () => void = () => {};
  readonly #ended = new Promise<void>((resolve) => {
    this.#wake = resolve;
  });

  constructor(panel: NotebookPanel, steps: Steps) {
    this.#panel = panel;
    this.#steps = steps;
  }

  /** Interrupts the cell of ours that runs; what has run stays. */
  async stop(): Promise<void> {
    this.#finish("stopped");
    // One that comes before the cell does, which goes another way, has nothing to interrupt.
    for (let tries = 0; this.#isRunning && tries < MOST_TRIES; tries++) {
      await this.#panel.sessionContext.session?.kernel?.interrupt().catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, NEXT_TRY));
    }
  }

  async run(): Promise<End> {
    const { sessionContext, content, disposed } = this.#panel;
    const watch = (_: unknown, status: string): void => {
      if (GONE.has(status)) this.#finish("died");
    };
    const closed = (): void => this.#finish("closed");
    sessionContext.statusChanged.connect(watch);
    disposed.connect(closed);
    try {
      await this.#quiet();
      const cells = content.widgets.filter(({ model }) => model.type !== "raw");
      for (const [at, cell] of cells.entries()) {
        if (this.#end) break;
        this.#steps.at(at + 1, cells.length);
        await this.#orEnd(this.#runCell(cell));
      }
      return this.#end ?? "whole";
    } finally {
      sessionContext.statusChanged.disconnect(watch);
      disposed.disconnect(closed);
    }
  }

  async #runCell(cell: Cell): Promise<void> {
    // Whoever deletes a cell meanwhile wants it not run.
    if (cell.isDisposed) return;
    const { content, sessionContext } = this.#panel;
    // False says that the cell has failed, which its outputs say already.
    this.#isRunning = true;
    await NotebookActions.runCells(content, [cell], sessionContext, sessionContextDialogs).finally(() => {
      this.#isRunning = false;
    });
  }

  /** An error in cells that run still would take ours along. */
  async #quiet(): Promise<void> {
    const isBusy = (): boolean =>
      this.#panel.sessionContext.session?.kernel?.status === "busy" ||
      this.#panel.content.widgets.some(({ model }) => model.executionState === "running");
    if (!isBusy()) return;
    this.#steps.waiting();
    while (isBusy() && !this.#end) await this.#orEnd(new Promise((resolve) => setTimeout(resolve, 100)));
  }

  #orEnd(work: Promise<unknown>): Promise<unknown> {
    return Promise.race([work, this.#ended]);
  }

  #finish(end: End): void {
    this.#end ??= end;
    this.#wake();
  }
}
