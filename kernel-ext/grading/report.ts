// A verdict as a student reads it.
import { displaySymbol } from "../display/bundle.ts";
import { escapeHtml } from "../display/html.ts";
import { type Outcome, sumOfPoints, type Verdict } from "./judge.ts";
import { type MarkedTest, markOf, VERDICT_TYPE } from "./mark.ts";

/**
 * What `check` returns. Its plain text is the points and nothing else, which nbgrader takes for partial credit (all of
 * them where every test that is here passes: in a student's copy `nbgrader validate` then finds nothing wrong); a
 * notebook shows the page, and `console.log` the words.
 */
export class Report {
  readonly verdict: Verdict;

  constructor(verdict: Verdict) {
    this.verdict = verdict;
  }

  toString(): string {
    const { hints } = this.verdict;
    const lines = [headline(this.verdict), ...shown(this.verdict).map(textOf)];
    if (!isSolved(this.verdict) && hints.length)
      lines.push(`  ${hintWord(hints.length)} hint("${this.verdict.name}")`);
    return lines.join("\n");
  }

  toHtml(): string {
    const lines = shown(this.verdict).map(htmlOf).join("");
    const hints = isSolved(this.verdict) ? "" : hintsHtml(this.verdict.hints);
    const color = isSolved(this.verdict) ? GOOD : "inherit";
    return (
      `<div role="status" style="max-width: 46em"><p style="margin: 0 0 .4em"><strong style="color: ${color}">` +
      `${escapeHtml(headline(this.verdict))}</strong></p>` +
      `<ul style="list-style: none; margin: 0; padding: 0">${lines}</ul>${hints}</div>`
    );
  }
}

// Put on from outside, as isolated declarations allow no symbol-named members.
Object.defineProperty(Report.prototype, displaySymbol, {
  value(this: Report) {
    const { earned, points } = this.verdict;
    return {
      "text/plain": String(isSolved(this.verdict) ? points : earned),
      "text/html": this.toHtml(),
      [VERDICT_TYPE]: markOf(this.verdict, sumOfPoints(this.verdict.outcomes), shown(this.verdict).map(seen)),
    };
  },
});
Object.defineProperty(Report.prototype, Symbol.for("nodejs.util.inspect.custom"), {
  value(this: Report) {
    return this.toString();
  },
});

const GOOD = "var(--jp-success-color0, #2e7d32)";
const BAD = "var(--jp-error-color1, #c62828)";

/** Of what does not pass, the first is explained; of what is hidden, only whether it passes is ever said. */
function shown({ outcomes }: Verdict): Outcome[] {
  const first = outcomes.findIndex(({ passed, hidden }) => !passed && !hidden);
  return outcomes.map((outcome, at) => {
    if (at === first || outcome.passed) return outcome;
    const { title, points, passed, hidden } = outcome;
    return { title, points, passed, hidden };
  });
}

function headline(verdict: Verdict): string {
  const { name, earned, points, outcomes } = verdict;
  const judged = sumOfPoints(outcomes);
  const later = Number((points - judged).toPrecision(12));
  const rest = later > 0 ? `; ${count(later)} more by tests that are not shown` : "";
  if (isSolved(verdict)) return `Solved: ${name}, ${count(judged)}${rest}`;
  return `${name}: ${earned} of ${count(judged)}${rest}`;
}

const count = (points: number): string => `${points} ${points === 1 ? "point" : "points"}`;

const isSolved = ({ outcomes }: Verdict): boolean => outcomes.every(({ passed }) => passed);

const titleOf = ({ title, hidden }: Outcome): string => (hidden ? "a test that is not shown" : title);

const seen = ({ hidden, ...outcome }: Outcome): MarkedTest => ({
  ...outcome,
  title: titleOf({ ...outcome, hidden }),
});

function textOf(outcome: Outcome): string {
  const lines = [`  ${outcome.passed ? "✓" : "✗"} ${titleOf(outcome)}`];
  if (outcome.called) lines.push(`      ${outcome.called}${outcome.came ? ` gave ${outcome.came}` : ""}`);
  if (outcome.problem) lines.push(`      ${outcome.problem}`);
  return lines.join("\n");
}

function htmlOf(outcome: Outcome): string {
  const { passed, called, came, problem } = outcome;
  const mark = `<span aria-hidden="true" style="color: ${passed ? GOOD : BAD}">${passed ? "✓" : "✗"}</span>`;
  const says = `<span style="position: absolute; clip-path: inset(50%)">${passed ? "passes: " : "fails: "}</span>`;
  const call = called
    ? `<div><code>${escapeHtml(called)}</code>${came ? ` gave <code>${escapeHtml(came)}</code>` : ""}</div>`
    : "";
  const why = problem ? `<div>${escapeHtml(problem)}</div>` : "";
  const detail = call || why ? `<div style="margin: .2em 0 .5em 1.4em">${call}${why}</div>` : "";
  return `<li>${mark} ${says}${escapeHtml(titleOf(outcome))}${detail}</li>`;
}

/** Each hint opens the way to the next. */
function hintsHtml(hints: readonly string[]): string {
  const inside = (at: number): string =>
    at === hints.length
      ? ""
      : `<details style="margin: .4em 0 0"><summary style="cursor: pointer">${at === 0 ? "A hint" : "Another hint"} ` +
        `(${at + 1} of ${hints.length})</summary><div style="margin: .2em 0 0 1.4em">${escapeHtml(hints[at]!)}</div>${inside(at + 1)}</details>`;
  return inside(0);
}

const hintWord = (number: number): string =>
  number === 1 ? "There is a hint:" : `There are ${number} hints:`;
