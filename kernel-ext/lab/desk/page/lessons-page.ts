// The page that a student sees first. It follows the notebooks as they are saved, here or elsewhere.
import type { Contents } from "@jupyterlab/application";
import { Widget } from "@lumino/widgets";
import { el, renew } from "../dom.ts";
import type { Open } from "../open.ts";
import type { Lesson } from "../reading/lesson.ts";
import { type Progress, points, progressOf } from "../reading/progress.ts";
import { Shelf } from "../reading/shelf.ts";
import { byFolder, lessonList, nextStep, summary } from "./parts.ts";

/** Saves come in bursts; and what another tab or program saves is seen by looking (ms). */
const BURST = 150;
const LOOK_AGAIN = 10_000;

export class LessonsPage extends Widget {
  readonly #shelf: Shelf;
  readonly #open: Open;
  readonly #shortcut: string;
  readonly #body = el("div", { class: "gb-page", tabindex: "-1" });
  readonly #status = el("p", { class: "gb-unseen", role: "status" });
  readonly #looking: ReturnType<typeof setInterval>;
  #soon: ReturnType<typeof setTimeout> | undefined;
  #shown = "";
  #said: string | undefined;

  constructor(contents: Contents, open: Open, shortcut: string) {
    super();
    this.#shelf = new Shelf(contents);
    this.#open = open;
    this.#shortcut = shortcut;
    this.addClass("gb-desk");
    this.node.append(this.#body, this.#status);
    renew(this.#body, el("h1", {}, "Your workbook"), el("p", {}, "Reading your notebooks…"));
    contents.fileChanged.connect(this.#changed, this);
    document.addEventListener("visibilitychange", this.#changed);
    this.#looking = setInterval(() => {
      if (this.isVisible && !document.hidden) void this.#look();
    }, LOOK_AGAIN);
    void this.#look();
  }

  override dispose(): void {
    clearInterval(this.#looking);
    clearTimeout(this.#soon);
    document.removeEventListener("visibilitychange", this.#changed);
    super.dispose();
  }

  protected override onAfterShow(): void {
    void this.#look();
  }

  protected override onActivateRequest(): void {
    // The link to the next step is where one begins; without one, the page itself.
    const next = this.#body.querySelector<HTMLElement>("[data-key='next']");
    (next ?? this.#body).focus({ preventScroll: true });
  }

  readonly #changed = (): void => {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => void this.#look(), BURST);
  };

  async #look(): Promise<void> {
    await this.#shelf.refresh();
    if (this.isDisposed) return;
    const { entries, trouble, hasMore } = this.#shelf;
    const now = JSON.stringify([entries, trouble, hasMore]);
    // What is the same stays as it is, with the reader's place in it.
    if (now === this.#shown) return;
    this.#shown = now;
    const lessons = entries.filter((entry): entry is Lesson => "state" in entry);
    const progress = progressOf(lessons);
    const waited = document.activeElement === this.#body && this.#said === undefined;
    renew(this.#body, ...this.#parts(progress));
    if (waited) this.onActivateRequest();
    this.#say(progress);
  }

  *#parts(progress: Progress): Generator<HTMLElement> {
    const { entries, trouble, hasMore } = this.#shelf;
    yield el("h1", {}, "Your workbook");
    if (trouble) yield el("p", { class: "gb-problem" }, trouble);
    if (entries.length === 0) {
      if (!trouble) yield el("p", {}, "There is no notebook in this folder.");
      return;
    }
    yield summary(progress);
    const next = nextStep(progress, this.#open);
    if (next) yield next;
    for (const [at, [folder, inside]] of [...byFolder(entries)].entries()) {
      const id = `gb-folder-${at}`;
      const heading = folder === "" ? "Lessons" : `In ${folder}/`;
      yield el(
        "section",
        { "aria-labelledby": id },
        el("h2", { id }, heading),
        lessonList(inside, this.#open),
      );
    }
    if (hasMore) yield el("p", {}, `Only the first ${entries.length} notebooks are shown.`);
    yield el(
      "p",
      { class: "gb-aside" },
      `In a notebook, “Check my work”${this.#shortcut} runs all of its cells and shows what passes. `,
      "Points are those of your own checks, as saved in your notebooks.",
    );
  }

  /** A screen reader hears what changed, not the page again. */
  #say({ earned, possible, next }: Progress): void {
    const then = next ? ` Next: ${(next.exercise ?? next.lesson).title}.` : "";
    const now = `${earned} of ${points(possible)}.${then}`;
    if (this.#said !== undefined && this.#said !== now) this.#status.textContent = now;
    this.#said = now;
  }
}
