// What is taken from a student's notebook, and what is not.
import { expect } from "chai";
import type { AssignmentNotebook } from "../../../../kernel-ext/grading/assignment/assignment.ts";
import { answersOf, LONGEST_ANSWER, MOST_OWN } from "../../../../kernel-ext/grading/intake/answers.ts";
import { Random } from "../../../../lib/random/index.ts";
import {
  answer,
  Ground,
  given,
  handedIn,
  homework,
  locked,
  type MadeCell,
  manual,
  notebookOf,
  solved,
  test,
} from "../made.ts";

const COURSE: readonly MadeCell[] = [
  given("imports", "const offset = 0;"),
  locked("helper", "const help = 1;"),
  answer("add-answer", solved("function add()", "return 1;")),
  test("add-check", "add();"),
  manual("words", "BEGIN SOLUTION\nbecause\nEND SOLUTION"),
  {
    id: "task",
    kind: "markdown",
    source: "Do it.",
    nbgrader: {
      grade: false,
      solution: false,
      locked: true,
      task: true,
      grade_id: "task",
      points: 3,
      schema_version: 3,
    },
  },
  given("end", "const after = 2;"),
];

describe("A notebook that was handed in", () => {
  let ground: Ground;
  let notebook: AssignmentNotebook;
  before(() => {
    ground = new Ground();
    notebook = homework(ground, COURSE).notebooks[0]!;
  });
  after(() => ground.remove());

  const taken = (...cells: readonly MadeCell[]) => answersOf(notebookOf(cells), notebook);
  const own = (id: string, source: string): MadeCell => ({ id, source });
  const words = manual("words", "my words");

  it("gives its answers by grade_id alone, wherever they stand and whatever else they say of themselves", () => {
    const moved = {
      ...answer("add-answer", "mine"),
      id: "another",
      kind: "raw",
      metadata: { gradbook: { extra: true } },
    } as const;
    const { answers, notes, fault } = taken(words, test("add-check", "changed()", 99), moved);
    expect(Object.fromEntries(answers)).to.deep.equal({ "add-answer": "mine", words: "my words" });
    expect(notes).to.deep.equal(["the test “add-check” was changed: the course's own is used"]);
    expect(fault).to.equal(undefined);
    expect(taken(words, own("add-answer", "by nbformat's id")).answers.has("add-answer")).to.equal(false);
  });

  it("is read with Windows line ends, a byte order mark, lists of lines, and without cell ids", () => {
    const source = ["function add() {\r\n", "  return 1;\r\n", "}"];
    const text = notebookOf(
      [answer("add-answer", source), words].map(({ id: _, ...cell }) => cell),
      { nbformat_minor: 2 },
    );
    for (const one of [
      text,
      `\ufeff${text}`,
      JSON.stringify(JSON.parse(text), null, 1).replaceAll("\n", "\r\n"),
    ])
      expect(answersOf(one, notebook).answers.get("add-answer")).to.equal("function add() {\n  return 1;\n}");
  });

  it("says which answers are missing, and is at fault where all are", () => {
    expect(taken(answer("add-answer", "1")).notes).to.deep.equal(["no cell for “words”: unanswered"]);
    expect(taken(answer("q1", "1"), answer("q2", "2"))).to.deep.include({
      fault: "has none of the answers' cells (“add-answer”, “words”)",
      notes: ["cells that this assignment does not have: “q1”, “q2”"],
    });
  });

  it("has of several cells with one grade_id the last, as in nbgrader, and the others as the student's own", () => {
    const { answers, notes, others } = taken(
      answer("add-answer", "first"),
      words,
      answer("add-answer", "last"),
    );
    expect(answers.get("add-answer")).to.equal("last");
    expect(notes).to.deep.equal(["“add-answer” is there more than once: the last one counts"]);
    expect(others.map(({ source }) => source)).to.deep.equal(["first"]);
  });

  it("keeps the student's own cells, each after the course's cell that it follows", () => {
    const { others } = taken(
      own("o1", "const a = 1;"),
      given("imports", "const offset = 0;"),
      own("o2", "const b = 1;"),
      own("add-check", "const c = 1;"),
      answer("add-answer", "x"),
      own("blank", "  \n"),
      own("o2", "const d = 1;"),
      words,
    );
    expect(others).to.deep.equal([
      { id: "o1", source: "const a = 1;", after: undefined, number: 1 },
      { id: "o2", source: "const b = 1;", after: "imports", number: 3 },
      { id: "cell-4", source: "const c = 1;", after: "imports", number: 4 },
      { id: "cell-7", source: "const d = 1;", after: "add-answer", number: 7 },
    ]);
  });

  it("knows the course's cells without an id by their text, and runs a changed one after the course's", () => {
    const { id: _, ...bare } = given("imports", "const offset = 0;  \n");
    expect(taken(bare, words).others).to.deep.equal([]);
    const { others, notes } = taken(
      given("imports", "const offset = 5;"),
      locked("helper", "const help = 7;"),
      words,
    );
    expect(others).to.deep.equal([
      { id: "cell-1", source: "const offset = 5;", after: "imports", number: 1, replaces: "imports" },
    ]);
    expect(notes.slice(0, 2)).to.deep.equal([
      "the course's cell “imports” was changed",
      "the course's cell “helper” was changed: its own text is used",
    ]);
  });

  it("has the answer to a task in the cells below it", () => {
    const task = COURSE[5]!;
    const { answers } = taken(
      words,
      task,
      given("m", "my text", "markdown"),
      own("c", "code()"),
      given("end", "const after = 2;"),
      own("d", "more()"),
    );
    expect(answers.get("task")).to.equal("my text\n\ncode()");
  });

  it("is at fault in one line where it is no notebook that can be read", () => {
    const faults: [string, RegExp][] = [
      ["", /^is empty$/],
      ["\ufeff \n", /^is empty$/],
      ["{ no json", /^is not JSON \(/],
      ['{"cells": "line\\nbreak\u202e', /^is not JSON \([^\n\u202e]*\)$/],
      [notebookOf([]).slice(0, -20), /^is not JSON/],
      ["[]", /^is not a notebook$/],
      ["null", /^is not a notebook$/],
      ["{}", /^is not a notebook$/],
      [notebookOf([], { nbformat: 3 }), /^is a notebook of format 3, not 4$/],
      [notebookOf([], { nbformat: 5 }), /^is a notebook of format 5, not 4$/],
      [notebookOf([], { cells: {} }), /no list of cells$/],
      ["[".repeat(100_000), /nested more than 1000 levels/],
      [`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, /nested more than 1000 levels/],
      [`[${"[],".repeat(2_100_000)}0]`, /more than 2,000,000 lists/],
    ];
    for (const [text, fault] of faults)
      expect(answersOf(text, notebook).fault, text.slice(0, 30)).to.match(fault);
  });

  it("is not taken in by what every object inherits, and passes over what is no cell", () => {
    const cells =
      '[null, 7, {"cell_type":"code","source":{}}, {"__proto__":{"cell_type":"code","source":"x"}}, ';
    const text = notebookOf([answer("add-answer", "ok"), words]).replace(
      '"cells":[',
      `"__proto__":{"polluted":1},"cells":${cells}`,
    );
    const { answers, notes } = answersOf(text, notebook);
    expect(answers.get("add-answer")).to.equal("ok");
    expect(notes).to.deep.equal(["passed over what is no cell: “1”, “2”, “3”, “4”"]);
    expect(({} as Record<string, unknown>).polluted).to.equal(undefined);
  });

  it("may have hundreds of thousands of cells, and answers longer than anybody writes", function () {
    this.timeout(90_000);
    const many = Array.from({ length: 200_000 }, () => own("same", "let x = 1;"));
    const long = "x".repeat(LONGEST_ANSWER + 1);
    const started = performance.now();
    const all = [...many, words, answer("add-answer", long), own("blanks", `${" ".repeat(900_000)}x`)];
    const { others, answers, notes } = answersOf(notebookOf(all), notebook);
    expect(performance.now() - started).to.be.lessThan(30_000);
    expect(others).to.have.length(MOST_OWN);
    expect(answers.has("add-answer")).to.equal(false);
    expect(notes).to.include(
      `the answer “add-answer” is longer than ${LONGEST_ANSWER} characters: it does not count`,
    );
    expect(notes.join()).to.include("passed over 198001 of the student's own cells");
  });

  it("never throws, and never takes another answer than is there, however it is damaged", () => {
    const seed = 11;
    const random = new Random(seed);
    const next = (bound: number): number => random.integer(bound);
    const good = handedIn("return a + b;");
    const pieces = [
      "[",
      "]",
      "{",
      "}",
      '"',
      "\\",
      ",",
      "null",
      "-1e999",
      '"cells":',
      '"source":[1]',
      "\u0000",
      "\ud800",
    ];
    let read = 0;
    for (let round = 0; round < 3_000; round++) {
      let text = good;
      for (let at = 0; at <= next(3); at++) {
        const [from, length] = [next(text.length), next(4)];
        text = text.slice(0, from) + pieces[next(pieces.length)] + text.slice(from + length);
      }
      const taking = answersOf(text, notebook);
      for (const id of taking.answers.keys())
        expect(["add-answer", "words", "task"], `seed ${seed}, round ${round}`).to.include(id);
      if (taking.fault === undefined) read++;
      else expect(taking.fault).not.to.match(/[\n\r]/);
    }
    expect(read).to.be.greaterThan(20);
  });
});
