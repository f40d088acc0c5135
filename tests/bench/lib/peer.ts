// What every peer written in TypeScript does: read the tensors, take the steps, time them, print one line of JSON.
import { join } from "node:path";
import type { Tensor } from "../../../lib/index.ts";
import { readSafetensors } from "../../../lib/io/index.ts";
import { MODELS, type Model } from "./models.ts";

/** One training step: forward, backward, update. Returns the loss before the update. */
export interface Training {
  step(): number;
}

/** What a peer has done. */
export interface Outcome {
  readonly losses: readonly number[];
  /** Milliseconds of each step that was timed. */
  readonly times: readonly number[];
  /** Who answered, in words. */
  readonly by: string;
}

const CHECKED = 3;

/** `node peer.js FOLDER NUMBER STEPS SECONDS THREADS`, as tests/bench/lib.ts calls it. */
export async function takePart(
  prepare: (
    model: Model,
    tensors: Record<string, Tensor>,
    threads: number,
  ) => Promise<{ by: string; training: Training }>,
): Promise<void> {
  const [folder = "", number, steps, seconds, threads] = process.argv.slice(2);
  const model = MODELS.find((each) => each.number === Number(number));
  if (!model) throw new Error(`there is no model ${number}`);
  const { tensors } = readSafetensors(join(folder, `${model.number}.safetensors`));
  const { by, training } = await prepare(model, tensors, Number(threads));
  const outcome = { by, ...time(training, Number(steps), Number(seconds) * 1000) };
  process.stdout.write(`\n${JSON.stringify(outcome)}\n`, () => process.exit(0));
}

/** The first losses untimed, then steps until there are enough or the time is up; one at least is timed. */
function time(training: Training, steps: number, limit: number): Omit<Outcome, "by"> {
  const losses: number[] = [];
  const times: number[] = [];
  const start = performance.now();
  while (times.length < steps) {
    const before = performance.now();
    const loss = training.step();
    const after = performance.now();
    const isUp = after - start > limit;
    if (losses.length < CHECKED) losses.push(loss);
    else times.push(after - before);
    if (isUp && times.length === 0) times.push(after - before);
    if (isUp) break;
  }
  return { losses, times };
}
