// Runs the course's own cells where no student's code is: the tests, and what they need beside them.

import { fileURLToPath } from "node:url";
import vm from "node:vm";
import type { PreparedCell } from "../../language/language.ts";
import { builtFolder } from "../../language/own.ts";
import { Interruption } from "../../session/interruption.ts";
import { jsxFactory } from "../../session/jsx.ts";
import { Modules } from "../../session/modules.ts";
import { type Binding, bindImports, createNames, LoopBox, type Names, quicken } from "../../session/names.ts";
import { Tracebacks } from "../../session/traceback.ts";

type CellBody = (names: Names, kernel: object) => Promise<void>;

export interface Thrown {
  readonly message: string;
  /** The line of the cell that it came from, from 1; undefined where none is known. */
  readonly line: number | undefined;
}

export type Came = { readonly value: unknown } | { readonly thrown: Thrown };

const FOLDER = fileURLToPath(builtFolder);
const modules = new Modules(FOLDER);
const LABEL = "Test";
const MOST_WORDS = 2000;

/** The names of one submission's tests. */
export class Trusted {
  readonly #names: Names = createNames();
  readonly #loop = new LoopBox();
  readonly #tracebacks = new Tracebacks(FOLDER);
  #count = 0;

  /** A name whose value is asked for when it is needed. */
  define(name: string, value: () => unknown): void {
    Object.defineProperty(this.#names, name, {
      get: value,
      set: (other: unknown) => {
        Object.defineProperty(this.#names, name, {
          value: other,
          writable: true,
          enumerable: true,
          configurable: true,
        });
      },
      enumerable: true,
      configurable: true,
    });
  }

  async run(source: string, cell: PreparedCell): Promise<Came> {
    const kernel = {
      box: (names: readonly string[]) => this.#loop.open(names),
      unbox: () => this.#loop.close(),
      result: undefined as unknown,
      meta: modules.meta,
      import: modules.import,
      enter: () => Interruption.none,
      on: (_: Interruption, value: unknown) => value,
      jsx: jsxFactory,
      bind: (module: Names, bindings: readonly Binding[]) => bindImports(this.#names, module, bindings),
    };
    this.#tracebacks.install();
    try {
      const filename = this.#tracebacks.add(++this.#count, LABEL, source, cell);
      const body = new vm.Script(cell.javascript, { filename }).runInThisContext() as CellBody;
      const declared = cell.names.filter((name) => !Object.getOwnPropertyDescriptor(this.#names, name)?.get);
      quicken(this.#names, declared);
      await body(this.#names, kernel);
      return { value: kernel.result };
    } catch (error) {
      return { thrown: this.#thrown(error) };
    }
  }

  /** What was thrown may be an answer's, and throw again when it is looked at. */
  #thrown(error: unknown): Thrown {
    try {
      const { evalue } = this.#tracebacks.describe(error);
      return { message: evalue.slice(0, MOST_WORDS), line: this.#tracebacks.lineOf(error) };
    } catch {
      return { message: "It threw something that cannot be read", line: undefined };
    }
  }
}
