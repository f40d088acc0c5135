// The panel of "Check my work": how far it is, then each exercise with its points, and what to look at first.
import type { NotebookPanel } from "@jupyterlab/notebook";
import { Widget } from "@lumino/widgets";
import { button, el, renew } from "../dom.ts";
import { linkTo, type Open, showCell } from "../open.ts";
import { exerciseLine } from "../page/parts.ts";
import { cellsOf } from "../reading/cells.ts";
import { type Lesson, lessonOf } from "../reading/lesson.ts";
import { points, progressOf } from "../reading/progress.ts";
import { type End, kernelIsGone, WorkRun } from "./run.ts";
import { troubles } from "./troubles.ts";

const ENDS: Readonly<Record<End, string>> = {
  whole: "",
  stopped: "Stopped before all cells had run. ",
  died: "The kernel ended or was restarted before all cells had run. ",
  lost: "The connection to the kernel was lost before all cells had run. ",
  closed: "The notebook was closed before all cells had run. ",
};

export class WorkPanel extends Widget {
  readonly notebook: NotebookPanel;
  readonly #body = el("div", {
    class: "gb-page",
    tabindex: "-1",
    role: "group",
    "aria-label": "Check my work",
  });
  readonly #status = el("p", { class: "gb-unseen", role: "status" });
  #run: WorkRun | undefined;
  #isOn = false;

  constructor(notebook: NotebookPanel) {
    super();
    this.notebook = notebook;
    this.addClass("gb-desk");
    this.addClass("gb-work");
    this.node.append(this.#body, this.#status);
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !notebook.isDisposed) notebook.content.node.focus();
    });
    notebook.disposed.connect(() => this.dispose());
  }

  protected override onActivateRequest(): void {
    if (!this.node.contains(document.activeElement)) this.#body.focus();
  }

  /** One at a time: a second wish is answered by the first. */
  async check(): Promise<void> {
    if (this.#isOn) return this.#say("A check of this notebook is on.");
    this.#isOn = true;
    try {
      await this.#check();
    } finally {
      this.#isOn = false;
    }
  }

  async #check(): Promise<void> {
    if (this.#lesson().exercises.length === 0) {
      return this.#show(this.#words("This notebook has no exercises, so there is nothing to check."));
    }
    if (kernelIsGone(this.notebook)) {
      this.#show(this.#words("Waiting for the kernel…"));
      // A notebook that was opened just now has none yet; one that was shut down is ready at once, and has none.
      await this.notebook.sessionContext.ready.catch(() => {});
      if (kernelIsGone(this.notebook)) return this.#offerKernel();
    }
    await this.#work();
  }

  #offerKernel(): void {
    const { sessionContext } = this.notebook;
    const isDead = sessionContext.session?.kernel?.status === "dead";
    const [words, label] = isDead
      ? ["The kernel has died, and without one nothing can be checked.", "Restart the kernel and check"]
      : [
          "This notebook has no kernel, and without one nothing can be checked.",
          "Start the kernel and check",
        ];
    const begin = async (): Promise<void> => {
      this.#show(this.#words("Starting the kernel…"));
      try {
        await (isDead ? sessionContext.restartKernel() : sessionContext.startKernel());
      } catch (error) {
        return this.#show(this.#words(`The kernel did not start: ${String(error)}`));
      }
      await this.check();
    };
    this.#show(this.#words(words), el("p", {}, button(label, begin)));
  }

  async #work(): Promise<void> {
    const bar = el("progress", { max: "1", value: "0", "aria-label": "Cells that have run" });
    const where = el("p", {}, "Beginning…");
    let running = "";
    const run = new WorkRun(this.notebook, {
      waiting: () => {
        where.textContent = "Waiting for cells that are running already…";
        this.#say(where.textContent);
      },
      at: (cell, of) => {
        running = `Running cell ${cell} of ${of}`;
        where.textContent = running;
        bar.max = of;
        bar.value = cell - 1;
      },
      held: (why) => {
        where.textContent = `${running}${why}`;
        if (why) this.#say(where.textContent);
      },
    });
    this.#run = run;
    this.#show(
      where,
      bar,
      el(
        "p",
        {},
        button("Stop", () => run.stop()),
      ),
    );
    this.#say("Checking: all cells run in order.");
    this.#body.querySelector("button")?.focus();
    let end: End = "died";
    try {
      end = await run.run();
    } finally {
      this.#run = undefined;
    }
    if (this.isDisposed) return;
    this.#results(end, run.place);
    if (end !== "closed") await this.#save();
  }

  #results(end: End, place: WorkRun["place"]): void {
    const lesson = this.#lesson();
    const { earned, possible, solved, exercises, unseen } = progressOf([lesson]);
    const more = unseen > 0 ? `; ${points(unseen)} more by tests that only the grader runs` : "";
    const total = `${earned} of ${points(possible)}, ${solved} of ${exercises} exercises solved${more}.`;
    const open: Open = async (_, cell) => {
      if (cell !== undefined) await showCell(this.notebook, cell);
    };
    const failed = troubles(cellsOf(this.notebook.content.model?.toJSON()), lesson);
    this.#show(
      el("p", {}, ENDS[end], el("strong", {}, total)),
      end !== "whole" &&
        place &&
        el("p", {}, "It was at ", linkTo(open, lesson.path, place.cell, `cell ${place.number}`), "."),
      el(
        "ul",
        { class: "gb-exercises", "aria-label": "Exercises" },
        ...lesson.exercises.map((exercise) => exerciseLine(lesson.path, exercise, open, true)),
      ),
      failed.length > 0 && el("h2", {}, "Cells that ended with an error"),
      failed.length > 0 &&
        el(
          "ul",
          { class: "gb-exercises" },
          ...failed.map(({ cell, name, words }) =>
            el("li", { class: "gb-exercise" }, linkTo(open, lesson.path, cell, name), ` ${words}`),
          ),
        ),
      el(
        "p",
        {},
        button("Check again", () => this.check()),
        " ",
        button("Close", () => this.#close()),
      ),
    );
    this.#say(`${ENDS[end]}${total}`);
  }

  async #save(): Promise<void> {
    const { context } = this.notebook;
    if (context.model.readOnly) return;
    try {
      await context.save();
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      if (!this.isDisposed) this.#body.append(el("p", { class: "gb-problem" }, `It was not saved: ${words}`));
    }
  }

  #lesson(): Lesson {
    return lessonOf(this.notebook.context.path, this.notebook.content.model?.toJSON());
  }

  #words(words: string): HTMLElement {
    this.#say(words);
    return el("p", {}, words);
  }

  #show(...parts: readonly (HTMLElement | false | undefined)[]): void {
    renew(this.#body, el("h1", {}, `Check my work: ${this.#lesson().title}`), ...parts);
  }

  #say(words: string): void {
    this.#status.textContent = words;
  }

  #close(): void {
    const { notebook } = this;
    this.dispose();
    if (!notebook.isDisposed) notebook.content.node.focus();
  }

  override dispose(): void {
    void this.#run?.stop();
    super.dispose();
  }
}
