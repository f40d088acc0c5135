// A checkpoint is one safetensors file: parameters, the model's other state, the best parameters so far, what the
// optimizer remembers; and, as text, where training stood. Training that goes on from one does bit for bit what it
// would have done.

import { existsSync } from "node:fs";
import type { Params } from "../autodiff/grad.ts";
import { readSafetensors, writeSafetensors } from "../io/safetensors.ts";
import type { OptimizerState } from "../optim/optimizer.ts";
import type { RandomState } from "../random/random.ts";
import { formatShape, ShapeError, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { HistoryRow } from "./history.ts";

/** Where training stands, besides tensors. */
export interface Standing {
  readonly step: number;
  /** Whole epochs behind us, and steps taken in the one that runs. */
  readonly epoch: number;
  readonly batch: number;
  /** The source of random numbers: as the running epoch found it, and as it is now. */
  readonly random: RandomState;
  readonly within: RandomState;
  readonly examples: number;
  readonly batchSize: number;
  /** The weighted loss average, and sums over the running epoch, by name. */
  readonly average: readonly [number, number];
  readonly sums: Readonly<Record<string, number>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly rows: readonly HistoryRow[];
  readonly ratios: readonly HistoryRow[];
  readonly best: { readonly value: number; readonly epoch: number } | undefined;
  readonly stopped: string | undefined;
}

export interface Checkpoint {
  readonly params: Params;
  readonly state: Params;
  readonly best: Params;
  readonly optimizer: OptimizerState;
  readonly standing: Standing;
}

const GROUPS = ["params", "state", "best", "optimizer"] as const;
type Group = (typeof GROUPS)[number];

/** Writes a checkpoint, whole or not at all. */
export function writeCheckpoint(file: string, checkpoint: Checkpoint): void {
  const { tensors: _, ...optimizer } = checkpoint.optimizer;
  const groups: Readonly<Record<Group, Params>> = { ...checkpoint, optimizer: checkpoint.optimizer.tensors };
  const tensors = Object.fromEntries(
    GROUPS.flatMap((group) =>
      Object.entries(groups[group]).map(([name, tensor]): [string, Tensor] => [`${group}/${name}`, tensor]),
    ),
  );
  const text = JSON.stringify({ optimizer, standing: checkpoint.standing }, (_, value) =>
    typeof value === "number" && !Number.isFinite(value) ? { $number: String(value) } : value,
  );
  writeSafetensors(file, tensors, { metadata: { "gradbook.training": text } });
}

/** Reads one back; nothing where there is no such file. */
export function readCheckpoint(file: string): Checkpoint | undefined {
  if (!existsSync(file)) return undefined;
  const { tensors, metadata } = whole(file);
  const text = metadata["gradbook.training"];
  if (text === undefined) {
    throw new Error(
      `${file} holds tensors but no training to go on with; readSafetensors reads it, and another file name keeps it.`,
    );
  }
  const { optimizer, standing } = parsed(file, text);
  const of = (group: Group): Params =>
    Object.fromEntries(
      Object.entries(tensors).flatMap(([name, tensor]) =>
        name.startsWith(`${group}/`) ? [[name.slice(group.length + 1), tensor]] : [],
      ),
    );
  return {
    params: of("params"),
    state: of("state"),
    best: of("best"),
    optimizer: { ...optimizer, tensors: of("optimizer") },
    standing,
  };
}

const ADVICE = "training cannot go on from it; remove the file to start anew, or name another";

function whole(file: string): ReturnType<typeof readSafetensors> {
  try {
    return readSafetensors(file);
  } catch (cause) {
    throw new Error(`${cause instanceof Error ? cause.message : String(cause)} (${ADVICE})`, { cause });
  }
}

function parsed(file: string, text: string): Pick<Checkpoint, "optimizer" | "standing"> {
  const revive = (_: string, value: unknown): unknown =>
    typeof value === "object" && value !== null && "$number" in value ? Number(value.$number) : value;
  try {
    const found = JSON.parse(text, revive);
    if (found.optimizer && Array.isArray(found.standing?.rows) && found.standing.random) return found;
  } catch {}
  throw new Error(`${file}: what it says of the training is damaged (${ADVICE}).`);
}

/** Writes values into parameters of the same names, in place. */
export function load(op: string, from: Params, into: Params): void {
  for (const [name, { shape, dtype }] of Object.entries(into)) {
    const found = from[name];
    if (found !== undefined && sameShape(found.shape, shape) && found.dtype === dtype) continue;
    const came = found === undefined ? "none of that name" : `${found.dtype} ${formatShape(found.shape)}`;
    throw new ShapeError(
      `${op}: parameter "${name}" is ${dtype} ${formatShape(shape)} and the checkpoint holds ${came}; it is another model's.`,
    );
  }
  for (const [name, { storage }] of Object.entries(into)) {
    storage.detach();
    storage.array().set(from[name]!.storage.array());
  }
}
