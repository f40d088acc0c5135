import { setFlagsFromString } from "node:v8";
import { createContext, runInNewContext, Script } from "node:vm";

let collect: (() => void) | undefined;

/**
 * Has dead objects found now, so that their `WeakRef`s come out empty.
 *
 * A training loop is one synchronous job, in which JavaScript alone would never say that a tensor is dead: cleanup
 * callbacks run after the job, and whatever a new `WeakRef` refers to is kept until its end. The end of any context's
 * microtasks lets those go; a context with a queue of its own has none of the user's in it, so nothing else runs.
 */
export function reclaim(): void {
  collect ??= prepare();
  collect();
}

function prepare(): () => void {
  setFlagsFromString("--expose-gc");
  const gc: () => void = runInNewContext("gc");
  setFlagsFromString("--no-expose-gc");
  const context = createContext({}, { microtaskMode: "afterEvaluate" });
  const nothing = new Script("0");
  return () => {
    nothing.runInContext(context);
    gc();
  };
}
