// Which variables are constants. V8 writes to one in a paused frame as to any other, and the session keeps all its
// names alike, so the text must tell: a compiler is asked whether an assignment in the same scope would do.
import type { Debugger } from "node:inspector";
import type { Loader } from "esbuild";
import type { Target } from "./target.ts";

/** Whether a name of a paused frame's scope is one. */
export async function isConstant(
  target: Target,
  { endLocation }: Debugger.Scope,
  name: string,
): Promise<boolean> {
  if (!endLocation) return false;
  const { scriptId, lineNumber, columnNumber = 0 } = endLocation;
  const source = await target.sourceOf(scriptId);
  const before = source.split("\n").slice(0, lineNumber);
  const end = before.reduce((length, line) => length + line.length + 1, columnNumber);
  return isRefused(source, source[end - 1] === "}" ? end - 1 : end, name, "js");
}

/** Whether a name of the session is one, or imported. */
export async function isPinned(target: Target, name: string): Promise<boolean> {
  const source = await target.inside("declaring", name);
  return source !== undefined && isRefused(source, source.length, name, "ts");
}

async function isRefused(text: string, at: number, name: string, loader: Loader): Promise<boolean> {
  // Variables are seldom changed, and nobody else pays for it.
  const { transform, stop } = await import("esbuild");
  const [before, behind] = [text.slice(0, at), text.slice(at)];
  const line = before.split("\n").length + 1;
  try {
    const assigned = `${before}\n;${name} = 0;\n${behind}`;
    const { warnings } = await transform(assigned, { loader, logLevel: "silent" });
    return warnings.some(({ id, location }) => id.startsWith("assign-to-") && location?.line === line);
  } catch {
    // In the midst of an expression, where a scope ends that declares no constants.
    return false;
  } finally {
    await stop();
  }
}
