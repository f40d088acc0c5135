// JUnit's XML: a suite for each student, a case for each test. What it says is what students may see, as it is often
// shown to all.
import type { Assignment } from "../../assignment/assignment.ts";
import type { SubmissionResult } from "../result.ts";
import { nameOf, type SeenExercise, type SeenTest, seenExercise } from "../seen.ts";
import { cleaned, inLine, ofPoints, readable } from "../text.ts";

interface Case {
  readonly name: string;
  readonly group: string;
  readonly seconds: number;
  readonly end?: {
    readonly as: "failure" | "error" | "skipped";
    readonly message: string;
    readonly more?: string;
  };
}

export function junitXml(results: readonly SubmissionResult[], assignment: Assignment): string {
  const suites = results.map((result) => suite(result, casesOf(result, assignment)));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${xml(inLine(assignment.name, 500))}">\n${suites.join("")}</testsuites>\n`;
}

function suite(result: SubmissionResult, cases: readonly Case[]): string {
  const number = (as: string): number => cases.filter(({ end }) => end?.as === as).length;
  const time = Number.isNaN(Date.parse(result.graded))
    ? ""
    : ` timestamp="${new Date(result.graded).toISOString().slice(0, 19)}"`;
  return `<testsuite name="${xml(nameOf(result))}" tests="${cases.length}" failures="${number("failure")}" errors="${number("error")}" skipped="${number("skipped")}" time="${result.seconds.toFixed(3)}"${time}>
<properties><property name="earned" value="${result.earned}"/><property name="points" value="${result.points}"/></properties>
${cases.map(testcase).join("\n")}
</testsuite>
`;
}

function testcase({ name, group, seconds, end }: Case): string {
  const start = `<testcase classname="${xml(group)}" name="${xml(name)}" time="${seconds.toFixed(3)}"`;
  if (!end) return `${start}/>`;
  const { as, message, more } = end;
  if (as === "skipped") return `${start}><skipped message="${xml(message)}"/></testcase>`;
  return `${start}><${as} message="${xml(inLine(message, 500))}" type="${as}">${xml(more ?? message)}</${as}></testcase>`;
}

function casesOf(result: SubmissionResult, assignment: Assignment): Case[] {
  const fault: Case[] = result.fault
    ? [
        {
          name: "can be graded",
          group: inLine(assignment.name, 500),
          seconds: 0,
          end: { as: "error", message: readable(result.fault, 2_000) },
        },
      ]
    : [];
  return [
    ...fault,
    ...result.exercises.flatMap((exercise) => casesOfExercise(seenExercise(exercise, assignment))),
  ];
}

function casesOfExercise(exercise: SeenExercise): Case[] {
  const { title, notebook, tests, earned, points, limit, thrown, problems, failure, seconds } = exercise;
  const group = `${notebook} › ${title}`;
  if (earned === null)
    return [{ name: title, group, seconds, end: { as: "skipped", message: "A person will grade this." } }];
  const said = problems.map(({ line, message }) => `Line ${line}: ${message}`);
  const errors: Case[] = [
    ...(limit ? [{ name: "stays within its limits", message: limit }] : []),
    ...(thrown ? [{ name: "runs", message: thrown }] : []),
    ...(said.length ? [{ name: "has no type error", message: said.join("\n") }] : []),
  ].map(({ name, message }) => ({ name, group, seconds: 0, end: { as: "error", message } }));
  if (tests.length)
    return [...tests.map((test, at) => caseOfTest(test, at, group, seconds / tests.length)), ...errors];
  const lacks = failure ?? `It has ${ofPoints(earned, points)}.`;
  return [
    {
      name: title,
      group,
      seconds,
      ...(earned < points ? { end: { as: "failure", message: lacks } as const } : {}),
    },
    ...errors,
  ];
}

function caseOfTest(
  { title, hidden, passed, called, came, problem }: SeenTest,
  at: number,
  group: string,
  seconds: number,
): Case {
  // Cases of one name would be taken for one.
  const name = hidden ? `${title} (${at + 1})` : title;
  if (passed) return { name, group, seconds };
  const call = called ? `${called}${came ? ` gave ${came}` : ""}` : undefined;
  const message = problem ?? "It failed.";
  return {
    name,
    group,
    seconds,
    end: { as: "failure", message, more: [call, message].filter(Boolean).join("\n") },
  };
}

const NAMED: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
  "\t": "&#9;",
};

/** XML 1.0 holds no control characters, not even as references. */
const xml = (text: string): string => cleaned(text).replace(/[&<>"\n\t]/g, (sign) => NAMED[sign]!);
