// A course of nbgrader's own, in a folder that goes with the test: its programs run as a lecturer runs them.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Notebook } from "../../../../kernel-ext/lab/release.mjs";
import { ROOT } from "../../../source.ts";
import { Jupyter, type Program } from "../../kernel/python.ts";

/** By `grade_id`; null where there is none: a person has to look, or the test was deleted. */
export type Scores = Readonly<Record<string, number | null>>;
/** Of every student, by notebook. */
export type Gradebook = Readonly<Record<string, Readonly<Record<string, Scores>>>>;

export class Course {
  readonly #jupyter: Jupyter;

  private constructor(jupyter: Jupyter) {
    this.#jupyter = jupyter;
    const config = join(ROOT, "kernel-ext", "grading", "nbgrader", "nbgrader_config.py");
    copyFileSync(config, join(this.folder, "nbgrader_config.py"));
  }

  static async open(): Promise<Course> {
    return new Course(await Jupyter.open());
  }

  get folder(): string {
    return this.#jupyter.folder;
  }

  close(): void {
    this.#jupyter.close();
  }

  nbgrader(...args: readonly string[]): Promise<Program> {
    return this.#jupyter.run(["-m", "nbgrader", ...args]);
  }

  /** The same, where anything but success is an error with what was said. */
  async succeeds(...args: readonly string[]): Promise<Program> {
    const program = await this.nbgrader(...args);
    if (program.code !== 0) throw new Error(`nbgrader ${args.join(" ")}: ${program.stderr.slice(-4000)}`);
    return program;
  }

  /** The instructor's notebook. */
  write(assignment: string, notebook: string, content: Notebook): void {
    this.#write(["source", assignment], notebook, content);
  }

  submit(student: string, assignment: string, notebook: string, content: Notebook): void {
    this.#write(["submitted", student, assignment], notebook, content);
  }

  /** A notebook as nbgrader has made it, by its path in the course. */
  read(...path: readonly string[]): Notebook {
    return JSON.parse(readFileSync(join(this.folder, ...path), "utf8")) as Notebook;
  }

  has(...path: readonly string[]): boolean {
    return existsSync(join(this.folder, ...path));
  }

  text(...path: readonly string[]): string {
    return readFileSync(join(this.folder, ...path), "utf8");
  }

  async gradebook(assignment: string): Promise<Gradebook> {
    const script = join(ROOT, "tests", "kernel-ext", "grading", "nbgrader", "scores.py");
    const database = join(this.folder, "gradebook.db");
    const { code, stdout, stderr } = await this.#jupyter.run([script, database, assignment]);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as Gradebook;
  }

  #write(folders: readonly string[], notebook: string, content: Notebook): void {
    const folder = join(this.folder, ...folders);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${notebook}.ipynb`), JSON.stringify(content));
  }
}
