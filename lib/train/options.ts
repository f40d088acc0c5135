import type { Params } from "../autodiff/grad.ts";
import type { Minimizer } from "../optim/optimizer.ts";
import type { Schedule } from "../optim/schedules.ts";
import type { Random } from "../random/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Examples } from "./batches.ts";
import type { Progress } from "./progress.ts";
import type { TextOutput } from "./progress-bar.ts";

/** What a loss may want to know besides parameters and batch. */
export interface Moment {
  /** From 0. */
  readonly step: number;
  readonly epoch: number;
  /** Another one in each step: for dropout and its kin. */
  readonly seed: number;
  /** What the model keeps and nobody trains, such as the running statistics of batch norm. */
  readonly state: Params;
}

/** A batch's loss, with what else came out of it. */
export interface BatchResult {
  readonly value: Tensor;
  /** Averaged over the epoch. */
  readonly metrics?: Readonly<Record<string, Tensor | number>>;
  /** The model's state from now on. */
  readonly state?: Params;
}

/** The mean loss of a batch. */
export type BatchLoss<P extends Params, B extends Examples> = (
  params: P,
  batch: B,
  moment: Moment,
) => Tensor | BatchResult;

/** What computes gradients elsewhere, such as `DataParallel`. */
export interface RemoteGradients<P extends Params, B extends Examples> {
  readonly params: P;
  gradients(
    batch: B,
    options: { readonly seed: number },
  ): Promise<{ readonly value: Tensor; readonly grads: P }>;
}

export interface EarlyStopping {
  /** A name that `validate` gives, or "loss". */
  readonly metric: string;
  /** Stops after so many epochs without a better value; 5 unless given. */
  readonly patience?: number;
  /** By how much a value must be better to count; 0 unless given. */
  readonly margin?: number;
  /** "lowest" unless given; "highest" for an accuracy. */
  readonly best?: "lowest" | "highest";
  /** Whether the parameters of the best epoch are put back at the end; true unless given. */
  readonly restore?: boolean;
}

export interface FitOptions<P extends Params, B extends Examples> {
  /** Trained in place. */
  readonly params: P;
  readonly loss: BatchLoss<P, B> | RemoteGradients<P, B>;
  /** Tensors with the examples along their first axis, such as { x, y }. */
  readonly data: B;
  readonly optimizer: Minimizer;
  /** Shuffles, and gives each step its seed. */
  readonly random: Random;
  readonly epochs: number;
  /** 32 unless given. */
  readonly batchSize?: number;
  /** True unless given. */
  readonly shuffle?: boolean;
  /** Changes a batch before it is learnt from: augmentation. */
  readonly augment?: (batch: B, random: Random) => B;
  /** Measures after each epoch, on data that is not trained on. */
  readonly validate?: (params: P, state: Params) => Readonly<Record<string, number>>;
  /** The learning rate at each step, or at each epoch where `schedulePer` says so. */
  readonly schedule?: Schedule;
  readonly schedulePer?: "step" | "epoch";
  /** Changes the gradients before the step, such as `(g) => clipByGlobalNorm(g, 1)`. */
  readonly clip?: (grads: P) => P;
  /** After each step, such as `(params) => limitNorms(params, { limit: 3 })`. */
  readonly afterStep?: (params: P) => void;
  readonly earlyStopping?: EarlyStopping;
  /** Written after each epoch, and every so many steps if that is given. An existing file is gone on from. */
  readonly checkpoint?: { readonly file: string; readonly everySteps?: number };
  /** The model's state to begin with. */
  readonly state?: Params;
  /** Takes the update/weight ratios every so many steps. */
  readonly ratiosEvery?: number;
  /** Ends training after the step that runs. */
  readonly signal?: AbortSignal;
  /**
   * A bar below the cell, or on standard output; that is, unless given, in the main thread. Or where else to write it, or
   * what to do instead.
   */
  readonly progress?: boolean | TextOutput | ((progress: Progress) => void);
}
