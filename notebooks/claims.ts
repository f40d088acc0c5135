// `import { claims } from "gradbook/claims"`: sentences of the courses, what was measured about them, and the verdict.
import { escapeHtml, showAs } from "../lib/display.ts";

/** The courses whose sentences the lessons measure. */
export const COURSES = {
  udacity: "Deep Learning (Udacity)",
  improving: "Improving Deep Neural Networks (deeplearning.ai)",
  specialization: "Deep Learning Specialization (deeplearning.ai)",
  stanford: "CS230 and CS231n (Stanford)",
  concepts: "DNN, CNN, RNN, LSTM: key concepts (a reader's notes)",
} as const;

export type Course = keyof typeof COURSES;

/** Whether a sentence is true as it stands, true with a limit that it does not name, or not true. */
export type Verdict = "holds" | "holds in part" | "does not hold";

export interface Claim {
  readonly course: Course;
  /** What the course speaks of there. */
  readonly topic: string;
  /** The sentence, in our words. */
  readonly says: string;
  /** What was measured, with its figures. */
  readonly measured: string;
  readonly verdict: Verdict;
  /** What the measurement must show for this verdict: where it does not, the cell fails. */
  readonly shown: boolean;
}

/** What a notebook keeps of claims; the list of all of them is made from it. */
export const CLAIMS_MIME = "application/vnd.gradbook.claims+json";

export class Claims {
  readonly claims: readonly Claim[];

  constructor(claims: readonly Claim[]) {
    this.claims = claims;
  }

  toString(): string {
    return this.claims.map(({ says, measured, verdict }) => `“${says}” ${verdict}: ${measured}`).join("\n");
  }
}

/**
 * Shows what the courses say, what was measured, and the verdict. Throws where the measurement does not bear it.
 *
 * @example
 * claims({
 *   course: "udacity", topic: "softmax",
 *   says: "Scores times 10 bring the probabilities to 0 and 1.",
 *   measured: `scores 0.05 apart give the leader ${p.toFixed(2)}`,
 *   verdict: "holds in part", shown: p < 0.9,
 * })
 */
export function claims(...all: readonly Claim[]): Claims {
  const unborne = all.find(({ shown }) => !shown);
  if (unborne) {
    const { says, verdict, measured } = unborne;
    throw new Error(`What was measured does not show that “${says}” ${verdict}: ${measured}`);
  }
  return new Claims(all);
}

const COLORS: Readonly<Record<Verdict, string>> = {
  holds: "var(--jp-success-color0, #2e7d32)",
  "holds in part": "var(--jp-warn-color0, #b26a00)",
  "does not hold": "var(--jp-error-color1, #c62828)",
};

const STYLE = "text-align: left; vertical-align: top; white-space: normal";

function row({ course, topic, says, measured, verdict }: Claim): string {
  const source = `<div style="opacity: .7; font-size: .9em">${escapeHtml(`${COURSES[course]}: ${topic}`)}</div>`;
  const cells = [
    `“${escapeHtml(says)}”${source}`,
    escapeHtml(measured),
    `<strong style="color: ${COLORS[verdict]}">${verdict}</strong>`,
  ];
  return `<tr>${cells.map((cell) => `<td style="${STYLE}">${cell}</td>`).join("")}</tr>`;
}

showAs(Claims, (shown) => {
  const head = ["What is said", "What was measured", "Verdict"];
  const heads = head.map((one) => `<th scope="col" style="${STYLE}">${one}</th>`).join("");
  return {
    "text/plain": String(shown),
    "text/html": `<table style="max-width: 60em"><thead><tr>${heads}</tr></thead><tbody>${shown.claims.map(row).join("")}</tbody></table>`,
    [CLAIMS_MIME]: shown.claims.map(({ shown: _, course, ...claim }) => ({
      course: COURSES[course],
      ...claim,
    })),
  };
});
