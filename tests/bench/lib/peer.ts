// What every peer written in TypeScript does: read the tensors, take the steps, time them, print one line of JSON.
import { join } from "node:path";
import type { Tensor } from "../../../lib/index.ts";
import { readSafetensors } from "../../../lib/io/index.ts";
import { MODELS, type Model } from "./models.ts";
import { NETWORKS, type Network } from "./networks.ts";

/** One training step: forward, backward, update. Returns the loss before the update. */
export interface Training {
  step(): number;
}

/** What a peer has done. */
export interface Outcome {
  /** What all must agree in, list by list: the first losses, or a network's outputs. */
  readonly answers: readonly (readonly number[])[];
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
  report({ by, ...time(training, Number(steps), Number(seconds) * 1000) });
}

function report(outcome: Outcome): void {
  process.stdout.write(`\n${JSON.stringify(outcome)}\n`, () => process.exit(0));
}

/** A real network, ready to run. */
export interface ForwardPass {
  readonly by: string;
  /** One pass; what it gives is valid until the next. */
  pass(): readonly Float32Array[];
  /** Its outputs as all others have them; as they are unless said. */
  answer?(outputs: readonly Float32Array[]): readonly Float32Array[];
}

/** As `takePart`, of a real network: its outputs untimed, and then passes, until there are enough or the time is up. */
export async function forwardPass(
  prepare: (network: Network, threads: number) => Promise<ForwardPass>,
): Promise<void> {
  const [, number, steps, seconds, threads] = process.argv.slice(2);
  const network = NETWORKS.find((each) => each.number === Number(number));
  if (!network) throw new Error(`there is no network ${number}`);
  const { by, pass, answer = (outputs) => outputs } = await prepare(network, Number(threads));
  const answers = answer(pass()).map((values) => Array.from(values));
  for (let i = 1; i < CHECKED; i++) pass();
  const times: number[] = [];
  const end = performance.now() + Number(seconds) * 1000;
  do {
    const before = performance.now();
    pass();
    times.push(performance.now() - before);
  } while (times.length < Number(steps) && performance.now() < end);
  report({ by, answers, times });
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
  return { answers: [losses], times };
}
