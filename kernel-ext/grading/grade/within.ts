// Work that may not end by itself, as types can be written that take years to work out.
import vm from "node:vm";

const WORK = Symbol.for("gradbook.within");
const script = new vm.Script(`globalThis[Symbol.for("gradbook.within")]()`, { filename: "within" });

/** What the work gives; undefined where it was ended after so many milliseconds, amid whatever it did. */
export function within<T>(milliseconds: number, work: () => T): { readonly is: T } | undefined {
  let result: { readonly is: T } | undefined;
  Object.defineProperty(globalThis, WORK, {
    value: () => {
      result = { is: work() };
    },
    configurable: true,
  });
  try {
    // V8 can be told to leave what it runs as a script, and in no other way.
    script.runInThisContext({ timeout: Math.max(1, Math.ceil(milliseconds)) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException | null)?.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    return undefined;
  } finally {
    Reflect.deleteProperty(globalThis, WORK);
  }
  return result;
}
