// Descriptors that whoever started us left open for all below: a program would have them, too.
import { openSync, readdirSync, readFileSync } from "node:fs";

export type Stdio = "ignore" | "pipe" | number;

/** The flag for "not for other programs", which everything that Node opens has. */
const CLOSE_ON_EXEC = 0o2000000;

let inherited: readonly number[] | undefined;
let nothing = -1;

/** Puts /dev/null where a program would find a descriptor that is not meant for it. */
export function withoutInherited(stdio: readonly Stdio[]): Stdio[] {
  inherited ??= findInherited();
  const all = [...stdio];
  for (const descriptor of inherited) {
    if (descriptor < stdio.length) continue;
    if (nothing < 0) nothing = openSync("/dev/null", "r+");
    while (all.length < descriptor) all.push("ignore");
    all[descriptor] = nothing;
  }
  return all;
}

function findInherited(): number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc/self/fd")
    .map(Number)
    .filter((descriptor) => descriptor > 2 && !closesOnExec(descriptor))
    .sort((one, other) => one - other);
}

function closesOnExec(descriptor: number): boolean {
  try {
    const flags =
      /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8"))?.[1] ?? "0";
    return (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) !== 0;
  } catch {
    return true; // It was the one that listed them.
  }
}
