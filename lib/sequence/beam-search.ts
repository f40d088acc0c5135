import {
  checkSearch,
  type DecodingOptions,
  type FoundSequence,
  found,
  logProbabilities,
  type Position,
  type SequenceModel,
} from "./model.ts";

/** One way that a beam looked at. */
export interface Candidate {
  readonly tokens: readonly number[];
  readonly logProbability: number;
  /** Whether the search went on from here, or ended here; the others were pruned. */
  readonly kept: boolean;
}

/** How wide a beam is. */
export interface BeamOptions extends DecodingOptions {
  /** How many unfinished sequences are followed at a time. 1 is greedy. */
  readonly width: number;
  /** Is shown the candidates of each step, the likeliest first, to draw the tree. */
  readonly onStep?: (candidates: readonly Candidate[]) => void;
}

interface Hypothesis<State> {
  readonly tokens: readonly number[];
  readonly logProbability: number;
  readonly moment: () => Position<State>;
}

/**
 * Follows the `width` likeliest beginnings at a time and prunes the rest (Lowerre, 1976); gives up to `width` finished
 * sequences, the best score first, of equal ones the one whose tokens come first. A sequence is finished that comes to the end token among the `width` likeliest, or has
 * `length` tokens. Wide enough, it finds what `exhaustiveSearch` finds.
 *
 * @example
 * const [best] = beamSearch(model, { width: 5, length: 40, end: 0, lengthPower: 0.7 });
 */
export function beamSearch<State>(model: SequenceModel<State>, options: BeamOptions): FoundSequence[] {
  const { width, length, end, onStep, lengthPower = 0 } = options;
  checkSearch("beamSearch", options);
  if (!Number.isSafeInteger(width) || width < 1) {
    throw new RangeError(`beamSearch: the width must be a whole number, 1 or more; it is ${width}.`);
  }
  let finished: FoundSequence[] = [];
  let live: Hypothesis<State>[] = [{ tokens: [], logProbability: 0, moment: () => model.start }];
  for (let step = 1; step <= length && live.length > 0; step++) {
    const candidates = live.flatMap((from) => extensions(model, from));
    candidates.sort((a, b) => b.logProbability - a.logProbability);
    const next: Hypothesis<State>[] = [];
    const seen: Candidate[] = [];
    for (const [rank, candidate] of candidates.entries()) {
      const { tokens, logProbability } = candidate;
      const ends = tokens.at(-1) === end || step === length;
      const kept = ends ? rank < width : next.length < width;
      if (kept && ends) finished.push(found(tokens, logProbability, options));
      else if (kept) next.push(candidate);
      if (onStep !== undefined) seen.push({ tokens, logProbability, kept });
      else if (next.length === width && rank >= width) break;
    }
    onStep?.(seen);
    finished = finished.sort(byScore).slice(0, width);
    // ln P never rises, so no sequence that goes on can score above ln P / length^α.
    const reachable = (hypothesis: Hypothesis<State>): number =>
      hypothesis.logProbability / length ** lengthPower;
    const worst = finished.length < width ? Number.NEGATIVE_INFINITY : finished.at(-1)!.score;
    live = next.filter((hypothesis) => reachable(hypothesis) >= worst);
  }
  return finished;
}

/** The best first; equals in the order in which `exhaustiveSearch` comes by them. */
function byScore(a: FoundSequence, b: FoundSequence): number {
  if (a.score !== b.score) return b.score - a.score;
  const at = a.tokens.findIndex((token, i) => token !== b.tokens[i]);
  return a.tokens[at]! - b.tokens[at]!;
}

function extensions<State>(model: SequenceModel<State>, from: Hypothesis<State>): Hypothesis<State>[] {
  const { logits, state } = from.moment();
  const logs = logProbabilities("beamSearch", logits);
  const all: Hypothesis<State>[] = [];
  logs.forEach((log, token) => {
    if (log === Number.NEGATIVE_INFINITY) return;
    // The model goes on only from what is followed.
    let made: Position<State> | undefined;
    all.push({
      tokens: [...from.tokens, token],
      logProbability: from.logProbability + log,
      moment: () => {
        made ??= model.next(state, token);
        return made;
      },
    });
  });
  return all;
}
