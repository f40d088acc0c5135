// A student's answers in a process of their own, as a grader starts it, but for the sandbox.
import { type ChildProcess, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { type OpenAnswers, openAnswers } from "../../../../kernel-ext/grading/bridge/answers.ts";
import type { Ran } from "../../../../kernel-ext/grading/bridge/bridge.ts";
import { prepareInside } from "../../../../kernel-ext/grading/bridge/inside-files.ts";
import { libValues } from "../../../../kernel-ext/grading/bridge/lib-values.ts";
import { openPipes } from "../../../../kernel-ext/grading/bridge/pipes.ts";
import { checkersFrom } from "../../../../kernel-ext/language/choose.ts";
import { Engine } from "../../../../kernel-ext/language/engine.ts";
import { loadTypeScript } from "../../../../kernel-ext/language/internals.ts";
import type { PreparedCell } from "../../../../kernel-ext/language/language.ts";

export interface Student extends OpenAnswers {
  readonly process: ChildProcess;
  readonly ran: readonly Ran[];
  /** Runs one more cell. */
  cell(source: string): Ran;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what its student has written.
  get<T = any>(name: string): T;
}

const ts = loadTypeScript();

/** Turns a notebook's cells into what runs, without a type check. */
export function preparer(): (source: string) => PreparedCell {
  const place = { folder: tmpdir(), language: "typescript" } as const;
  const engine = new Engine(ts, place, checkersFrom(ts, place, undefined));
  return (source) => {
    const prepared = engine.prepare({ code: source, unchecked: true });
    if ("cell" in prepared) return prepared.cell;
    throw new Error(`This does not compile: ${source}`);
  };
}

const opened: Student[] = [];

export async function student(...sources: string[]): Promise<Student> {
  const { command } = await prepareInside();
  const pipes = openPipes();
  const [program, ...args] = command;
  const process = spawn(program, args, {
    stdio: ["ignore", "ignore", "inherit", ...pipes.theirs],
    env: {},
  });
  const answers = openAnswers(pipes, { lib: await libValues() });
  const prepare = preparer();
  let count = 0;
  const cell = (source: string): Ran => {
    const id = `cell-${++count}`;
    return answers.run({ id, label: `your cell ${count}`, source, cell: prepare(source) });
  };
  const made: Student = Object.assign(answers, {
    process,
    cell,
    ran: [] as Ran[],
    get: (name: string) => answers.value(name),
  }) as Student;
  opened.push(made);
  Object.assign(made, { ran: sources.map(cell) });
  return made;
}

/** To be called after each test. */
export function endStudents(): void {
  for (const one of opened.splice(0)) {
    one.close();
    one.process.kill("SIGKILL");
  }
}
