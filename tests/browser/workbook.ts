// A small workbook for tests of the lab's desk: two lessons with exercises of the course, as students get them.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lessons, sourceOf } from "../notebooks/lessons.ts";

const [softmax] = lessons;
export const NAMES = ["stable-softmax", "cross-entropy-gradient"] as const;

const STUBS: Readonly<Record<string, string>> = {
  "stable-softmax": "function stableSoftmax(z: readonly number[]): number[] {",
  "cross-entropy-gradient":
    "function crossEntropyGradient(z: readonly (readonly number[])[], labels: readonly number[]): number[][] {",
};
const ANSWERS: Readonly<Record<string, string>> = {
  "stable-softmax": "stableSoftmax",
  "cross-entropy-gradient": "crossEntropyGradient",
};

/** The course's own solution. */
export const solution = (name: string): string => sourceOf(softmax!.source.cells, `${name}-answer`);

/** A wrong answer that the course knows. */
export const mistake = (): string => sourceOf(softmax!.source.cells, "stable-softmax-planted-formula");

export interface Made {
  readonly id: string;
  readonly cell_type: string;
  readonly source: string;
  readonly metadata?: object;
  readonly outputs?: readonly object[];
  readonly execution_count?: number;
}

const markdown = (id: string, source: string): Made => ({ id, cell_type: "markdown", source });
export const code = (id: string, source: string, nbgrader?: object): Made => ({
  id,
  cell_type: "code",
  source,
  ...(nbgrader && { metadata: { nbgrader } }),
});

/** The four cells of an exercise. */
export function exercise(
  name: string,
  answer = `${STUBS[name]}\n  // Your code here.\n  throw new Error("not written yet");\n}`,
): Made[] {
  const marks = { schema_version: 3, task: false };
  return [
    markdown(name, `### 1 · The exercise ${name} (4 points)\n\nWrite it.`),
    code(`${name}-answer`, answer, {
      ...marks,
      grade: false,
      solution: true,
      locked: false,
      grade_id: `${name}-answer`,
    }),
    code(`${name}-check`, `check("${name}", { ${ANSWERS[name]} })`, {
      ...marks,
      grade: true,
      solution: false,
      locked: true,
      points: 4,
      grade_id: `${name}-check`,
    }),
  ];
}

export const opening = (title: string, lead: string): Made[] => [
  markdown("lead", `# ${title}\n\n${lead}`),
  code("imports", 'import { check, hint } from "gradbook/exercises";'),
];

/** The notebook's JSON. */
export function notebook(cells: readonly Made[]): string {
  return JSON.stringify({
    cells: cells.map((cell) => ({
      metadata: {},
      ...(cell.cell_type === "code" && { execution_count: null, outputs: [] }),
      ...cell,
    })),
    metadata: {
      kernelspec: { name: "gradbook", display_name: "TypeScript (gradbook)", language: "typescript" },
    },
    nbformat: 4,
    nbformat_minor: 5,
  });
}

/** Two lessons in the folder, one in a folder below it, and one that is broken. */
export function fillWorkbook(folder: string): void {
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const lead = "Whoever reads this sentence has found the lesson's **first** one. This is the second.";
  write(
    "1-softmax.ipynb",
    notebook([...opening("1 · Softmax", lead), ...NAMES.flatMap((name) => exercise(name))]),
  );
  write(
    "2-reading.ipynb",
    notebook([markdown("lead", `# 2 · Only to read\n\n${lead}`), code("sum", "1 + 1")]),
  );
  mkdirSync(join(folder, "mine"));
  write(
    join("mine", "notes.ipynb"),
    notebook([
      markdown("lead", "# My notes\n\nThis and that."),
      code("fails", "throw new Error('in my notes')"),
    ]),
  );
  write(join("mine", "broken.ipynb"), '{ "cells": [');
}
