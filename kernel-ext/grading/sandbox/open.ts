// The way in: a sandbox of a level that has proved itself on this machine.
import { bwrapLevel } from "./bwrap.ts";
import { containerLevel } from "./container.ts";
import { launcherLevel } from "./landlock.ts";
import type { Method } from "./level.ts";
import { prove } from "./prove.ts";
import { run } from "./run.ts";
import type { Launch, Level, Sandbox, Sandboxed } from "./sandbox.ts";
import { Slots } from "./slots.ts";
import { Watch } from "./watch.ts";

const METHODS: Readonly<Record<Level, () => Method | Promise<Method>>> = {
  bwrap: bwrapLevel,
  landlock: () => launcherLevel("landlock"),
  container: containerLevel,
  none: () => launcherLevel("none"),
};

export function sandboxOf(method: Method): Sandbox {
  const slots = new Slots();
  const watch = new Watch();
  const running = new Set<Sandboxed>();
  const launch = (launch: Launch): Sandboxed => {
    const slot = slots.take();
    let started: Sandboxed;
    try {
      started = run(method.start(launch, slot), launch, slot, watch);
    } catch (error) {
      slots.free(slot);
      throw error;
    }
    running.add(started);
    const free = () => {
      slots.free(slot);
      running.delete(started);
    };
    started.ended.then(free, free);
    return started;
  };
  return {
    level: method.level,
    ...(method.warning === undefined ? {} : { warning: method.warning }),
    launch,
    async close() {
      const ends = [...running].map((one) => one.ended);
      for (const one of running) one.kill();
      await Promise.allSettled(ends);
      await watch.close();
      await method.close?.();
    },
  };
}

const proofs: Map<Level, Promise<void>> = new Map();

/** A sandbox of a level, which has been seen to hold; a Trouble says what to install, or what else there is. */
export async function openSandbox(level: Level = "bwrap"): Promise<Sandbox> {
  const sandbox = sandboxOf(await METHODS[level]());
  // `none` promises nothing that could be proved.
  if (level === "none") return sandbox;
  try {
    let proof = proofs.get(level);
    if (!proof) {
      proof = prove(sandbox);
      proofs.set(level, proof);
    }
    await proof;
    return sandbox;
  } catch (error) {
    proofs.delete(level);
    await sandbox.close();
    throw error;
  }
}
