// What the page of lessons reads out of notebooks: true verdicts of the kernel's own `check`, and whatever else may
// lie in a student's folder.
import { expect } from "chai";
import { bundleOf } from "../../../kernel-ext/display/bundle.ts";
import { noteOrigin } from "../../../kernel-ext/display/origin.ts";
import { checksOf } from "../../../kernel-ext/grading/check.ts";
import { test } from "../../../kernel-ext/grading/exercise.ts";
import { fingerprintOf } from "../../../kernel-ext/grading/mark.ts";
import { wordsOf } from "../../../kernel-ext/lab/desk/names.ts";
import { type Lesson, lessonIn } from "../../../kernel-ext/lab/desk/reading/lesson.ts";
import { progressOf } from "../../../kernel-ext/lab/desk/reading/progress.ts";
import { Shelf } from "../../../kernel-ext/lab/desk/reading/shelf.ts";
import { headingOf, leadOf } from "../../../kernel-ext/lab/desk/reading/words.ts";
import { code, exercise, type Made, notebook, opening } from "../../browser/workbook.ts";

type Soft = (z: readonly number[]) => number[];
const { check } = checksOf({
  "stable-softmax": {
    points: 4,
    hints: [],
    tests: [
      test<{ stableSoftmax: Soft }>("is right", 1, ({ stableSoftmax }, expecting) =>
        expecting.like(stableSoftmax([1]), [1]),
      ),
      test<{ stableSoftmax: Soft }>("takes two", 2, ({ stableSoftmax }, expecting) =>
        expecting.like(stableSoftmax([1, 1]), [0.5, 0.5]),
      ),
    ],
  },
});
const RIGHT = "const stableSoftmax = (z: readonly number[]) => z.map(() => 1 / z.length);";
const HALF = "const stableSoftmax = (z: readonly number[]) => z.map(() => 1);";

/** What the kernel leaves under a check, of an answer that a cell with this text declared. */
function output(text: string, answer: Soft): object {
  const stableSoftmax: Soft = (z) => answer(z);
  noteOrigin(stableSoftmax, text);
  const data = bundleOf(check("stable-softmax", { stableSoftmax }));
  return {
    output_type: "execute_result",
    data: JSON.parse(JSON.stringify(data)),
    metadata: {},
    execution_count: 3,
  };
}
const right = (text: string): object => output(text, (z) => z.map(() => 1 / z.length));
const half = (text: string): object => output(text, (z) => z.map(() => 1));
const stub = (text: string): object =>
  output(text, () => {
    throw new Error("not written yet");
  });

/** A lesson whose answer is this, and whose check has left that. */
function lesson(answer: string | undefined, outputs: readonly object[] = [], path = "1.ipynb"): Lesson {
  const cells: Made[] = exercise("stable-softmax", answer).map((cell) =>
    cell.id.endsWith("-check") ? { ...cell, outputs, ...(outputs.length && { execution_count: 3 }) } : cell,
  );
  const read = lessonIn(path, notebook([...opening("1 · Softmax", "Why?"), ...cells]));
  if ("trouble" in read) throw new Error(read.trouble);
  return read;
}

const STUB = exercise("stable-softmax")[1]!.source;

describe("The page of lessons, reading an exercise", () => {
  for (const [what, read, state, earned, at] of [
    ["nobody has begun", () => lesson(undefined), "untouched", 0, "answer"],
    ["has run as a stub", () => lesson(undefined, [stub(STUB)]), "untouched", 0, "answer"],
    ["is written and not checked", () => lesson(RIGHT), "begun", 0, "answer"],
    ["passes one test", () => lesson(HALF, [half(HALF)]), "begun", 1, "answer"],
    ["passes all that are here", () => lesson(RIGHT, [right(RIGHT)]), "solved", 3, "answer"],
    ["has changed since", () => lesson(`${RIGHT} //`, [right(RIGHT)]), "again", 0, "check"],
    ["has only blank lines more", () => lesson(`${RIGHT}\n\n`, [right(RIGHT)]), "solved", 3, "answer"],
    ["became worse since", () => lesson(HALF, [right(RIGHT)]), "again", 0, "check"],
    [
      "an older gradbook has checked",
      () => lesson(RIGHT, [{ output_type: "execute_result", data: { "text/html": "Solved" } }]),
      "again",
      0,
      "check",
    ],
    [
      "somebody has tampered with",
      () => lesson(RIGHT, [{ data: { "application/vnd.gradbook.verdict+json": { earned: "all" } } }]),
      "begun",
      0,
      "answer",
    ],
  ] as const) {
    it(`that ${what}: ${state}, ${earned} points`, () => {
      const [found] = read().exercises;
      expect(found).to.include({ state, earned, possible: 4, cell: `stable-softmax-${at}` });
      expect(found?.title).to.equal("The exercise stable-softmax");
    });
  }

  it("gives nothing for a mark that no check can have left", () => {
    const forged = (changes: object): object => ({
      output_type: "execute_result",
      data: {
        "application/vnd.gradbook.verdict+json": {
          exercise: "stable-softmax",
          earned: 3,
          judged: 3,
          points: 4,
          tests: [{ title: "is right", points: 3, passed: true }],
          answers: {},
          ...changes,
        },
      },
    });
    const earned = (changes: object): number => lesson(RIGHT, [forged(changes)]).exercises[0]!.earned;
    expect(earned({})).to.equal(3);
    expect(earned({ earned: 1e9 })).to.equal(0);
    expect(earned({ earned: -3 })).to.equal(0);
    expect(earned({ earned: 1e9, judged: 1e9, points: 1e9 })).to.equal(4);
    expect(earned({ exercise: "another" })).to.equal(0);
  });

  it("says that a written answer's check has not run, and nothing of the kind where nobody has begun", () => {
    expect(lesson(RIGHT).exercises[0]?.problem).to.equal("Its check has not run yet.");
    expect(lesson(undefined).exercises[0]?.problem).to.equal("");
  });

  it("does not take the exercise before for one whose answer and task are deleted", () => {
    const [, , check] = exercise("cross-entropy-gradient");
    const read = lessonIn("1.ipynb", notebook([...exercise("stable-softmax", RIGHT), check!]));
    expect(read).to.have.nested.property("exercises[0].state", "begun");
    expect(read).to.have.nested.property("exercises[1].state", "untouched");
    expect(read).to.have.nested.property("exercises[1].title", "cross-entropy-gradient");
    expect(read).to.have.nested.property("exercises[1].cell", "cross-entropy-gradient-check");
  });

  it("says what fails first, in the test's words", () => {
    const [found] = lesson(HALF, [half(HALF)]).exercises;
    expect(found?.problem).to.match(
      /^It should pass “takes two”\. stableSoftmax\(\[1, 1\]\) gave \[1, 1\]\. /,
    );
  });

  it("says what kept a check from running", () => {
    const error = {
      output_type: "error",
      ename: "ReferenceError",
      evalue: "stableSoftmax is not defined",
      traceback: [],
    };
    expect(lesson(RIGHT, [error]).exercises[0]?.problem).to.include("stableSoftmax is not defined");
  });

  it("finds an answer that was written in a cell of its own", () => {
    const cells = exercise("stable-softmax").map((cell) =>
      cell.id.endsWith("-check") ? { ...cell, outputs: [right(RIGHT)] } : cell,
    );
    const read = lessonIn(
      "1.ipynb",
      notebook([...cells.slice(0, 2), code("mine", RIGHT), ...cells.slice(2)]),
    );
    expect(read).to.have.nested.property("exercises[0].state", "solved");
  });
});

describe("The page of lessons, reading notebooks", () => {
  for (const [what, text, trouble] of [
    ["nothing", "", "The file is empty."],
    ["half of one", '{ "cells": [', "It is no notebook: its JSON is broken."],
    ["a merge's remains", '{\n<<<<<<< HEAD\n"cells": []}', "It holds a merge's conflict marks."],
    ["a list", "[]", "It is no notebook: it has no cells."],
    ["null", "null", "It is no notebook: it has no cells."],
    [
      "one of long ago",
      '{ "nbformat": 3, "worksheets": [{ "cells": [] }] }',
      "It is in an old format: opened and saved once, it comes in the present one.",
    ],
  ] as const) {
    it(`gives ${what} a line`, () => {
      expect(lessonIn("a.ipynb", text)).to.deep.equal({ path: "a.ipynb", trouble });
    });
  }

  it("survives cells that are anything", () => {
    const text = JSON.stringify({
      cells: [null, 1, {}, { cell_type: "code", outputs: [null, 5], metadata: null }],
    });
    expect(lessonIn("folder/odd one.ipynb", text)).to.include({ title: "odd one", state: "untouched" });
  });

  it("takes title and lead without Markdown's marks, with the words of the formulas", () => {
    const text =
      "# 3 · *Why* `softmax`?\n\nThe **score** of $z_k$ is [here](x.html) and it is quite long already. More.";
    expect(headingOf(text)).to.equal("3 · Why softmax?");
    expect(leadOf(text)).to.equal("The score of z_k is here and it is quite long already.");
    expect(leadOf("# A\n\nWhere <b>a</b> < b, and c > d. <!-- no -->")).to.equal("Where a < b, and c > d.");
  });
});

describe("The points so far", () => {
  it("go on from lesson to lesson, and count a copy's exercises once", () => {
    const first = lesson(undefined);
    expect(progressOf([first]).next).to.deep.equal({ lesson: first });
    const begun = lesson(HALF, [half(HALF)]);
    expect(progressOf([begun]).next?.exercise?.name).to.equal("stable-softmax");
    const done = lesson(RIGHT, [right(RIGHT)]);
    const copy = lesson(RIGHT, [right(RIGHT)], "mine/1.ipynb");
    expect(progressOf([done, copy])).to.deep.equal({
      earned: 3,
      possible: 4,
      unseen: 1,
      solved: 1,
      exercises: 1,
      again: 0,
    });
  });
});

describe("A lesson and its copies", () => {
  const done = lesson(RIGHT, [right(RIGHT)], "1-Copy1.ipynb");
  const begun = lesson(HALF, [half(HALF)], "1.ipynb");

  it("count where an exercise is done best, wherever that stands", () => {
    for (const lessons of [
      [begun, done],
      [done, begun],
    ])
      expect(progressOf(lessons)).to.include({ earned: 3, solved: 1, exercises: 1 });
  });

  it("are not the next step when one of them is done", () => {
    expect(progressOf([begun, done])).to.not.have.property("next");
    expect(progressOf([lesson(undefined), done])).to.not.have.property("next");
  });
});

describe("The shelf of notebooks", () => {
  /** A folder as JupyterLab's contents show it, and how often a file was read. */
  function folder(files: Record<string, string>) {
    const reads: string[] = [];
    const version: Record<string, number> = {};
    const get = async (path: string, { type }: { type?: string }) => {
      const model = (at: string, kind: string, content: unknown) => ({
        name: at.slice(at.lastIndexOf("/") + 1),
        path: at,
        type: kind,
        last_modified: String(version[at] ?? 0),
        content,
      });
      if (type === "file") {
        reads.push(path);
        return model(path, "file", files[path]);
      }
      const inside = Object.keys(files).filter((name) => path === "" || name.startsWith(`${path}/`));
      const names = new Set(inside.map((name) => name.slice(path ? path.length + 1 : 0).split("/")[0]!));
      const items = [...names].map((name) => {
        const at = path ? `${path}/${name}` : name;
        return model(at, at in files ? "notebook" : "directory", null);
      });
      return model(path, "directory", items);
    };
    return { get, reads, touch: (path: string) => (version[path] = (version[path] ?? 0) + 1) };
  }

  it("reads all folders but hidden ones, in order, and again only what has changed", async () => {
    const text = notebook(opening("A lesson", "Why?"));
    const files = {
      "10-last.ipynb": text,
      "2-second.ipynb": text,
      "mine/deep/own.ipynb": text,
      ".gradbook/2-second.ipynb": text,
      ".ipynb_checkpoints/x.ipynb": text,
      "notes.txt": "",
    };
    const { get, reads, touch } = folder(files);
    const shelf = new Shelf({ get });
    await shelf.refresh();
    const paths = ["2-second.ipynb", "10-last.ipynb", "mine/deep/own.ipynb"];
    expect(shelf.entries.map(({ path }) => path)).to.deep.equal(paths);
    expect(reads).to.have.members(paths);
    await Promise.all([shelf.refresh(), shelf.refresh()]);
    touch("10-last.ipynb");
    await shelf.refresh();
    expect(reads.slice(3)).to.deep.equal(["10-last.ipynb"]);
  });

  it("puts a lesson before its copies", async () => {
    const names = ["1-soft (1).ipynb", "1-soft-Copy1.ipynb", "1-soft.ipynb", "2.ipynb"];
    const shelf = new Shelf(folder(Object.fromEntries(names.map((name) => [name, "{}"]))));
    await shelf.refresh();
    expect(shelf.entries[0]?.path).to.equal("1-soft.ipynb");
    expect(shelf.entries[3]?.path).to.equal("2.ipynb");
  });

  it("says in a line that the server does not answer, and goes on when it does", async () => {
    const { get } = folder({ "1.ipynb": notebook(opening("A lesson", "Why?")) });
    let isUp = false;
    const shelf = new Shelf({
      get: (...args) => (isUp ? get(...args) : Promise.reject(new Error("no connection"))),
    });
    await shelf.refresh();
    expect(shelf.trouble).to.equal("Your notebooks cannot be read: no connection");
    isUp = true;
    await shelf.refresh();
    expect([shelf.trouble, shelf.entries.length]).to.deep.equal(["", 1]);
  });
});

describe("A figure's name for a screen reader", () => {
  it("is its title and its axes, as many as there are", () => {
    const axes = { xaxis: { title: { text: "step" } }, yaxis: { title: "loss" } };
    expect(wordsOf({ title: { text: "<b>The loss</b>" }, ...axes })).to.equal("The loss: loss by step");
    expect(wordsOf(axes)).to.equal("loss by step");
    expect(wordsOf({ title: "Weights" })).to.equal("Weights");
    expect([undefined, null, {}, { title: 5 }].map(wordsOf)).to.deep.equal(["", "", "", ""]);
  });
});

describe("A text's fingerprint", () => {
  it("is another for another text, and the same with blank lines after it", () => {
    const texts = ["", "a", "b", "ab", "ba", "aa", RIGHT, HALF, `${RIGHT} //`];
    expect(new Set(texts.map(fingerprintOf)).size).to.equal(texts.length);
    expect(fingerprintOf(`${RIGHT}\n\n`)).to.equal(fingerprintOf(RIGHT));
  });
});
