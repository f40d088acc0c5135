// Where V8 would pause in a script, asked of the inspector of this very thread: the script need not have run yet.
import { type Debugger, type Runtime, Session } from "node:inspector";
import type { Position } from "../language/edits.ts";

export class Compiler {
  readonly #session = new Session();
  #count = 0;

  open(): void {
    this.#session.connect();
    this.#post("Runtime.enable");
    this.#post("Debugger.enable");
  }

  close(): void {
    this.#session.disconnect();
  }

  /** In the script's order; none where it is no script. */
  locations(javascript: string): Position[] {
    const compiled = this.#post<Runtime.CompileScriptReturnType>("Runtime.compileScript", {
      expression: javascript,
      sourceURL: `gradbook-preview-${++this.#count}`,
      persistScript: true,
    });
    const scriptId = compiled?.scriptId;
    if (scriptId === undefined) return [];
    const start = { scriptId, lineNumber: 0, columnNumber: 0 };
    const found = this.#post<Debugger.GetPossibleBreakpointsReturnType>("Debugger.getPossibleBreakpoints", {
      start,
    });
    return (found?.locations ?? []).map(({ lineNumber, columnNumber = 0 }) => ({
      line: lineNumber + 1,
      column: columnNumber + 1,
    }));
  }

  /** In one's own thread, the answer is there when the call returns. */
  #post<T>(method: string, params: object = {}): T | undefined {
    let answer: T | undefined;
    this.#session.post(method, params, (_error: Error | null, result?: object) => {
      answer = result as T | undefined;
    });
    return answer;
  }
}
