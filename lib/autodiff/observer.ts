import type { Tensor } from "../tensor/tensor.ts";

/**
 * Sees each operation twice: on the way there its inputs and its output; on the way back, for each input that a
 * gradient is wanted of, the gradient that arrived, what it passes on, and the output that all this is about.
 */
export type Sight = (
  op: string,
  way: "forward" | "backward",
  inputs: readonly Tensor[],
  result: Tensor,
  output: Tensor,
) => void;

/** Who watches, if anybody does. What is seen may be freed when the way back is taken: look, and keep no tensor. */
export const observer: { saw: Sight | undefined } = { saw: undefined };

/** Runs `body` with somebody watching. */
export function observed<R>(saw: Sight, body: () => R): R {
  const before = observer.saw;
  // Whoever watches may compute something to understand what he sees, unobserved.
  observer.saw = (...seen) => {
    observer.saw = before;
    try {
      saw(...seen);
    } finally {
      observer.saw = watching;
    }
  };
  const watching = observer.saw;
  try {
    return body();
  } finally {
    observer.saw = before;
  }
}
