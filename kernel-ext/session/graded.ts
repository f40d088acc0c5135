// What nbgrader needs of a kernel that it grades with. It takes every mark from a test under which anything stands on
// stderr, and drops a whole submission when its kernel ends.

/** nbgrader says so to the kernels that it starts, for `autograde` and for `validate`. */
export const isGraded = (env: NodeJS.ProcessEnv): boolean => Boolean(env.NBGRADER_EXECUTION);

class KernelExit extends Error {
  override name = "KernelExit";
}

/** From now on a cell that would end the process fails instead, and the next ones run. */
export function outliveExits(): void {
  process.exit = (code = process.exitCode) => refuse(`process.exit(${code ?? ""})`);
  process.abort = () => refuse("process.abort()");
}

function refuse(call: string): never {
  throw new KernelExit(`${call} would end the kernel, and the grading with it: only this cell ends`);
}

/** nbgrader puts a deleted test back with a first line of its own, which is a comment in Python only. */
export const readable = (code: string): string => code.replace(/^# (?=This cell \(id:)/, "//");
