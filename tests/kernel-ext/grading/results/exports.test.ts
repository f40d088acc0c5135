import { expect } from "chai";
import { csv, parseCsv } from "../../../../kernel-ext/grading/results/csv.ts";
import { canvasCsv } from "../../../../kernel-ext/grading/results/exports/canvas.ts";
import { gradescopeResults } from "../../../../kernel-ext/grading/results/exports/gradescope.ts";
import { junitXml } from "../../../../kernel-ext/grading/results/exports/junit.ts";
import { moodleCsv } from "../../../../kernel-ext/grading/results/exports/moodle.ts";
import { namesOf } from "../../../../kernel-ext/grading/results/exports/names.ts";
import { nbgraderCsv } from "../../../../kernel-ext/grading/results/exports/nbgrader.ts";
import { FORMATS, formatNamed } from "../../../../kernel-ext/grading/results/formats.ts";
import { ada, assignment, ben, cleo, dan, eve, mallory, result, results, SECRET } from "./class.ts";

const students = [ada, ben, cleo];

describe("A table as comma-separated text", () => {
  it("quotes by RFC 4180, and is read as it was written", () => {
    const rows = [
      ["a", 'say "b"', "c,d", "two\nlines", " blank ", ""],
      ["1", "2", "3", "4", "5", "6"],
    ];
    const text = csv(rows);
    expect(text.split("\r\n")[0]).to.equal('a,"say ""b""","c,d","two\nlines", blank ,');
    expect(parseCsv(text).rows).to.deep.equal(rows);
  });

  it("lets no text begin a formula, and numbers be numbers", () => {
    expect(csv([["=1+1", "+a", "-a", "@a", "\ta", "\ra", " =1", "＝1", -5, "-5.5", "+49 151"]])).to.equal(
      `'=1+1,'+a,'-a,'@a,'\ta,"'\ra",' =1,'＝1,-5,-5.5,'+49 151\r\n`,
    );
  });

  it("takes semicolons, tabs, a byte order mark and old line ends", () => {
    expect(parseCsv('\ufeffa;"b,c"\r1;2\r').rows).to.deep.equal([
      ["a", "b,c"],
      ["1", "2"],
    ]);
    expect(parseCsv("a\tb\n1\t2").rows).to.deep.equal([
      ["a", "b"],
      ["1", "2"],
    ]);
  });
});

describe("The export for nbgrader", () => {
  it("has nbgrader's columns, and its numbers as Python prints them", () => {
    expect(nbgraderCsv([ben, ada], assignment).split("\n").slice(0, 3)).to.deep.equal([
      "assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score,late_submission_penalty,score,max_score",
      "week 1: softmax & beams,,,ben,Hur,Ben,ben@example.org,4.0,0.0,4.0,10.0",
      "week 1: softmax & beams,,,ada,Lovelace,Ada,ada@example.org,12.0,0.0,12.0,10.0",
    ]);
  });

  it("tells first names from last names", () => {
    expect(namesOf({ id: "x", name: "Ada King Lovelace" })).to.deep.equal({
      first: "Ada King",
      last: "Lovelace",
    });
    expect(namesOf({ id: "x", name: "Lovelace, Ada King" })).to.deep.equal({
      first: "Ada King",
      last: "Lovelace",
    });
    expect(namesOf({ id: "x", name: "Plato" })).to.deep.equal({ first: "", last: "Plato" });
  });
});

describe("The export for Canvas", () => {
  const ROSTER = [
    "Student,ID,SIS User ID,SIS Login ID,Section,week 1: softmax & beams (77),Other (78),Current Score",
    ",,,,,Manual Posting,,",
    "    Points Possible,,,,,10,5,(read only)",
    '"Lovelace, Ada",101,S1,alovelace,A,,3,99',
    '"Hur, Ben",555,S2,ben,A,1,4,',
    '"Patra, Cleo",556,S3,cleo@example.org,A,2,,',
    '"Nobody, Else",557,S4,else,A,9,,',
    '"Student, Test",558,,test,A,,,',
  ].join("\r\n");

  it("fills the assignment's column of Canvas's own file, by id or login, and leaves all else as it is", () => {
    const told: string[] = [];
    const filled = canvasCsv(students, assignment, { roster: ROSTER, tell: (line) => told.push(line) });
    expect(filled.split("\r\n")).to.deep.equal([
      ...ROSTER.split("\r\n").slice(0, 3),
      '"Lovelace, Ada",101,S1,alovelace,A,12,3,99',
      '"Hur, Ben",555,S2,ben,A,4,4,',
      '"Patra, Cleo",556,S3,cleo@example.org,A,0,,',
      '"Nobody, Else",557,S4,else,A,9,,',
      '"Student, Test",558,,test,A,,,',
      "",
    ]);
    expect(told).to.deep.equal([]);
  });

  it("keeps semicolons and a byte order mark, makes a column that is not there, and says who has no row", () => {
    const told: string[] = [];
    const roster = "\ufeffStudent;ID;SIS Login ID;Section\n    Points Possible;;;\nBen;5;ben;A\n";
    const filled = canvasCsv([ben, dan], assignment, {
      roster,
      column: "New; one",
      tell: (line) => told.push(line),
    });
    expect(filled).to.equal(
      '\ufeffStudent;ID;SIS Login ID;Section;"New; one"\n    Points Possible;;;;10\nBen;5;ben;A;4\n',
    );
    expect(told).to.deep.equal(["dan is not in Canvas's roster, so the export leaves it out"]);
  });

  it("gives nobody a grade where two rows or two students have the same key", () => {
    const roster =
      'Student,ID,SIS User ID,SIS Login ID,Section,x\n"Hur, Ben",1,,ben,A,\n"Hur, Ben",2,,ben,B,\n';
    const told: string[] = [];
    const filled = canvasCsv([ben], assignment, { roster, column: "x", tell: (line) => told.push(line) });
    expect(filled).to.equal(roster);
    expect(told).to.have.lengthOf(1);
  });

  it("puts what is known where Canvas looks, without its file", () => {
    expect(canvasCsv([ada, dan], assignment)).to.equal(
      "Student,ID,SIS User ID,SIS Login ID,Section,week 1: softmax & beams\r\n    Points Possible,,,,,10\r\nAda Lovelace,101,,ada,,12\r\ndan,,,dan,,0\r\n",
    );
  });

  it("refuses what is no roster in one line", () => {
    expect(() => canvasCsv(students, assignment, { roster: "a,b\n1,2" })).to.throw(
      /not a gradebook that Canvas/,
    );
  });
});

describe("The export for Moodle", () => {
  const SHEET = [
    'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed","Last modified (submission)","Last modified (grade)","Feedback comments"',
    'Participant 101,Ada Lovelace,x@example.org,"Submitted for grading - ",,10.00,Yes,"Saturday, 21 November 2026, 8:00 PM",-,',
    "Participant 777,Ben Hur,BEN@example.org,,,10.00,Yes,-,-,",
    'Participant 778,Nobody,n@example.org,,3,"10.00",Yes,-,-,"<p>Well, well</p>"',
  ].join("\n");

  it("fills the worksheet by identifier or address; extra points end at the greatest grade, which is said", () => {
    const told: string[] = [];
    const rows = parseCsv(
      moodleCsv(students, assignment, { worksheet: SHEET, tell: (line) => told.push(line) }),
    ).rows;
    expect(rows.map((row) => row[4])).to.deep.equal(["Grade", "10", "4", "3"]);
    expect(rows[3]).to.deep.equal(parseCsv(SHEET).rows[3]);
    expect(told).to.deep.equal([
      "ada has more than Moodle's greatest grade, and gets 10",
      "cleo is not in Moodle's worksheet, so the export leaves it out",
    ]);
  });

  it("takes another greatest grade only when told to, with the worksheet's decimal comma", () => {
    const worksheet = SHEET.replaceAll("10.00", '"50,00"').replaceAll('""', '"');
    expect(() => moodleCsv(students, assignment, { worksheet })).to.throw(
      /greatest grade is 50, and the assignment has 10/,
    );
    const half = result("ben", [], { student: ben.student, earned: 4.1 });
    const rows = parseCsv(moodleCsv([half], assignment, { worksheet, scale: true })).rows;
    expect(rows[2]![4]).to.equal("20,5");
  });

  it("takes the identifier from the student's number, without a worksheet", () => {
    expect(parseCsv(moodleCsv([ben], assignment)).rows).to.deep.equal([
      [
        "Identifier",
        "Full name",
        "Email address",
        "Status",
        "Grade",
        "Maximum Grade",
        "Grade can be changed",
        "Last modified (submission)",
        "Last modified (grade)",
        "Feedback comments",
      ],
      [
        "Participant 102",
        "Hur, Ben",
        "ben@example.org",
        "Submitted for grading",
        "4",
        "10",
        "Yes",
        "-",
        "-",
        "",
      ],
    ]);
  });
});

describe("The export as JUnit's XML", () => {
  const xml = junitXml(results, assignment);

  it("has a suite for each student, a case for each test, and counts what went wrong", () => {
    expect(xml).to.include(
      '<testsuite name="Ada Lovelace (ada)" tests="7" failures="0" errors="0" skipped="0"',
    );
    expect(xml).to.include('<testsuite name="Hur, Ben (ben)" tests="7" failures="3" errors="0" skipped="1"');
    expect(xml).to.include('<testsuite name="dan" tests="9" failures="4" errors="4" skipped="1"');
    expect(xml).to.include('<skipped message="A person will grade this."/>');
    expect(xml).to.include("is there a loop that does not end?");
    expect(xml).to.include('name="can be graded"');
  });

  it("holds nothing of a hidden test, and nothing that XML 1.0 does not", () => {
    expect(xml).not.to.include(SECRET);
    expect(xml).not.to.match(/(?![\t\n\r])\p{Cc}|\p{Surrogate}|[\ufffe\uffff]/u);
    expect(xml.replace(/<[^>]*>/g, "")).not.to.include("<");
    expect(xml.length).to.be.lessThan(60_000);
  });
});

describe("The results for Gradescope", () => {
  it("have points, status and words for each test that is shown", () => {
    const { score, tests, execution_time, stdout_visibility } = gradescopeResults(cleo, assignment);
    expect({ score, execution_time, stdout_visibility }).to.deep.equal({
      score: 0,
      execution_time: 12.25,
      stdout_visibility: "hidden",
    });
    expect(tests[0]).to.deep.equal({
      name: "stable softmax: sums to one",
      score: 0,
      max_score: 1,
      status: "failed",
      output:
        "softmax([1, 2]) gave [1, 2]\nThe probabilities sum to 3, and should sum to 1: divide by <their> sum.",
      output_format: "text",
      visibility: "visible",
    });
    const code = tests.find(({ name }) => name === "stable softmax: your code")!;
    expect(code.output)
      .to.match(/^Line 3: TS2322.*\n.*"many";\n {21}\^\n/)
      .and.include("Your code threw:\nTypeError");
  });

  it("have of a hidden test its points alone, shown when Gradescope is told to", () => {
    const { tests } = gradescopeResults(ben, assignment);
    expect(tests.filter(({ visibility }) => visibility !== "visible")).to.deep.equal([
      {
        name: "stable softmax: a hidden test (3)",
        score: 0,
        max_score: 2,
        status: "failed",
        visibility: "after_published",
      },
    ]);
    for (const one of results)
      expect(JSON.stringify(gradescopeResults(one, assignment))).not.to.include(SECRET);
    const never = gradescopeResults(ben, assignment, { hidden: "hidden" }).tests;
    expect(never.map(({ visibility }) => visibility)).to.include("hidden");
  });

  it("do not give away in words the total that hidden tests are a part of", () => {
    expect(gradescopeResults(ben, assignment).output).not.to.match(/\d of 10/);
  });

  it("say what a person will grade, and why nothing could be graded", () => {
    const waits = gradescopeResults(dan, assignment).tests.find(({ name }) => name === "why shift")!;
    expect(waits).to.include({ output: "A person will grade this." }).and.not.have.property("score");
    expect(gradescopeResults(eve, assignment)).to.deep.include({ score: 0, tests: [] });
    expect(gradescopeResults(eve, assignment).output).to.include(
      "It could not be graded: eve.ipynb is not JSON",
    );
  });

  it("stay small, whatever a submission says", () => {
    expect(JSON.stringify(gradescopeResults(mallory, assignment)).length).to.be.lessThan(60_000);
  });
});

describe("The table of formats", () => {
  it("makes each of them, and names them where one is not there", () => {
    for (const [name, { make, fill, about, file }] of Object.entries(FORMATS)) {
      expect(about.length, name).to.be.greaterThan(10);
      expect(file, name).to.match(/^\w+\.\w+$/);
      if (make) expect(make(results, assignment, {}).length, name).to.be.greaterThan(100);
      else expect(fill, name).to.be.a("function");
    }
    expect(() => formatNamed("constructor")).to.throw("There is no format “constructor”");
  });
});
