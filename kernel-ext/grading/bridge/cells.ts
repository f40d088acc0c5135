// Runs the answers' cells, as a session of the kernel does.
import vm from "node:vm";
import { jsxFactory } from "../../session/jsx.ts";
import { bindImports, createNames, LoopBox, type Names, quicken } from "../../session/names.ts";
import type { RunCell } from "./bridge.ts";
import { Imports } from "./imports.ts";
import { Places } from "./places.ts";

type CellBody = (names: Names, kernel: object) => Promise<void>;

export class Cells {
  readonly names: Names = createNames();
  readonly places: Places = new Places();
  readonly imports: Imports;
  readonly #loop = new LoopBox();
  /** What nobody caught while a cell ran. */
  #uncaught: { readonly error: unknown } | undefined;

  constructor(folder: string) {
    this.imports = new Imports(folder);
  }

  /** What it threw, in words; what it declared before stays. */
  async run(run: RunCell): Promise<string | undefined> {
    this.#uncaught = undefined;
    try {
      await this.#evaluate(run);
      // What the cell has set off and is due at once, rejections too, belongs to it.
      await new Promise<void>((resolve) => setImmediate(resolve));
    } catch (error) {
      return this.places.describe(error);
    }
    const uncaught = this.#uncaught as { readonly error: unknown } | undefined;
    return uncaught && this.places.describe(uncaught.error);
  }

  uncaught(error: unknown): void {
    this.#uncaught ??= { error };
  }

  async #evaluate(run: RunCell): Promise<void> {
    const { cell } = run;
    const filename = this.places.add(run);
    const body = new vm.Script(cell.javascript, { filename }).runInThisContext() as CellBody;
    const { imports } = this;
    const kernel = {
      box: (names: readonly string[]) => this.#loop.open(names),
      unbox: () => this.#loop.close(),
      result: undefined as unknown,
      meta: imports.meta,
      import: imports.import,
      // Nobody interrupts.
      enter: () => undefined,
      on: <T>(_run: undefined, value: T) => value,
      jsx: jsxFactory,
      bind: (module: Names, bindings: Parameters<typeof bindImports>[2]) =>
        bindImports(this.names, module, bindings),
    };
    quicken(this.names, cell.names);
    await settledOrNever(body(this.names, kernel), "The cell waits for something that never comes");
  }
}

/** Ends as the promise does, or with an error when nothing is left that could settle it. */
export async function settledOrNever<T>(promise: PromiseLike<T>, otherwise: string): Promise<T> {
  let over: () => void = () => {};
  const never = new Promise<never>((_, reject) => {
    over = () => {
      // Node asks once more only when something has come up.
      setImmediate(() => {});
      reject(new Error(otherwise));
    };
    process.once("beforeExit", over);
  });
  try {
    return await Promise.race([promise, never]);
  } finally {
    process.off("beforeExit", over);
  }
}
