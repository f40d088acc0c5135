// "Check my work": all cells of a notebook in order, in its live kernel, and on past every error.
import { sessionContextDialogs } from "@jupyterlab/apputils";
import { type Cell, NotebookActions, type NotebookPanel } from "@jupyterlab/notebook";

/** How it ended: with all cells, or before one of them. */
export type End = "whole" | "stopped" | "died" | "lost" | "closed";

export interface Steps {
  /** Other cells run still; ours begin after them. */
  waiting(): void;
  at(cell: number, of: number): void;
  /** Why it does not go on just now, as the end of a sentence; nothing when it does again. */
  held(why: string): void;
}

/** How often an interrupt is tried, and how soon again (ms). */
const MOST_TRIES = 20;
const NEXT_TRY = 500;

const ASKING = ", which waits for what you type below it";
const AWAY = ". The server does not answer; it is tried again…";

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
  /** Where it is, or was when it ended. */
  place: { readonly cell: string; readonly number: number } | undefined;
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
    const watchConnection = (_: unknown, status: string): void => {
      if (status === "disconnected") this.#finish("lost");
      else this.#held(status === "connecting" && AWAY);
    };
    const asks = (_: unknown, isAsking: boolean): void => this.#held(isAsking && ASKING);
    const closed = (): void => this.#finish("closed");
    const kernel = sessionContext.session?.kernel;
    kernel?.pendingInput.connect(asks);
    sessionContext.statusChanged.connect(watch);
    sessionContext.connectionStatusChanged.connect(watchConnection);
    disposed.connect(closed);
    try {
      await this.#quiet();
      const cells = content.widgets.filter(({ model }) => model.type !== "raw");
      for (const [at, cell] of cells.entries()) {
        if (this.#end) break;
        this.place = { cell: cell.model.id, number: at + 1 };
        this.#steps.at(at + 1, cells.length);
        await this.#orEnd(this.#runCell(cell));
      }
      return this.#end ?? "whole";
    } finally {
      kernel?.pendingInput.disconnect(asks);
      sessionContext.statusChanged.disconnect(watch);
      sessionContext.connectionStatusChanged.disconnect(watchConnection);
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

  /**
   * An error in cells that run still would take ours along. A request that does nothing is answered after them; the
   * status alone is not to be waited for: it may stay at "busy" for ever when the server has restarted a kernel.
   */
  async #quiet(): Promise<void> {
    const kernel = this.#panel.sessionContext.session?.kernel;
    const runsStill = this.#panel.content.widgets.some(({ model }) => model.executionState === "running");
    if (!kernel || (kernel.status !== "busy" && !runsStill)) return;
    this.#steps.waiting();
    const nothing = { code: "", silent: true, store_history: false, allow_stdin: false };
    await this.#orEnd(kernel.requestExecute(nothing).done.catch(() => {}));
  }

  #orEnd(work: Promise<unknown>): Promise<unknown> {
    return Promise.race([work, this.#ended]);
  }

  #held(why: string | false): void {
    if (!this.#end) this.#steps.held(why || "");
  }

  #finish(end: End): void {
    this.#end ??= end;
    this.#wake();
  }
}
