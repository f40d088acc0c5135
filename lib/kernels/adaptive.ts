// Updates that give each number a rate of its own.
import type { Block } from "./block.ts";
import { enter, GRAIN, leave, place, run, update } from "./dispatch.ts";

export interface ScaledStep {
  readonly rate: number;
  /** s ← keep · s + rest · g² */
  readonly keep: number;
  readonly rest: number;
  /** What the root is taken of: s · part + more. */
  readonly part: number;
  readonly more: number;
  readonly epsilon: number;
  /** True: divided by √(… + ε) instead of √… + ε. */
  readonly epsilonInside: boolean;
}

/** s ← keep · s + rest · g²; p ← p − η g / (√(s · part + more) + ε); p and s are updated in place. */
export function scaledUpdate(p: Block, g: Block, s: Block, step: ScaledStep): void {
  const { rate, keep, rest, part, more, epsilon, epsilonInside } = step;
  const e = enter(p.length, [p, g, s]);
  if (e) {
    const args = [update(e, p), place(e, g), update(e, s)];
    run(e, "scaled", p.length, GRAIN, ...args, rate, keep, rest, part, more, epsilon, Number(epsilonInside));
    leave(e);
    return;
  }
  const [at, slope, square] = [p.array(), g.array(), s.array()];
  for (let i = 0; i < at.length; i++) {
    const d = slope[i]!;
    const now = keep * square[i]! + rest * d * d;
    square[i] = now;
    const whole = now * part + more;
    at[i] = at[i]! - (rate * d) / (epsilonInside ? Math.sqrt(whole + epsilon) : Math.sqrt(whole) + epsilon);
  }
}

/** s ← ρ s + (1 − ρ) g²; Δ = g √(u + ε) / √(s + ε); u ← ρ u + (1 − ρ) Δ²; p ← p − η Δ; all but g in place. */
export function adadeltaUpdate(
  p: Block,
  g: Block,
  s: Block,
  u: Block,
  { rate, decay, epsilon }: { readonly rate: number; readonly decay: number; readonly epsilon: number },
): void {
  const e = enter(p.length, [p, g, s, u]);
  if (e) {
    const args = [update(e, p), place(e, g), update(e, s), update(e, u)];
    run(e, "adadelta", p.length, GRAIN, ...args, rate, decay, 1 - decay, epsilon);
    leave(e);
    return;
  }
  const [at, slope, square, moves] = [p.array(), g.array(), s.array(), u.array()];
  for (let i = 0; i < at.length; i++) {
    const d = slope[i]!;
    const now = decay * square[i]! + (1 - decay) * d * d;
    const move = (d * Math.sqrt(moves[i]! + epsilon)) / Math.sqrt(now + epsilon);
    square[i] = now;
    moves[i] = decay * moves[i]! + (1 - decay) * move * move;
    at[i] = at[i]! - rate * move;
  }
}
