// Submissions that mean harm, or are beyond all measure.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect } from "chai";
import type { Assignment } from "../../../../kernel-ext/grading/assignment/assignment.ts";
import type { Submission } from "../../../../kernel-ext/grading/intake/submission.ts";
import { takeIn } from "../../../../kernel-ext/grading/intake/take-in.ts";
import { LARGEST } from "../../../../kernel-ext/grading/intake/text.ts";
import { Ground, handedIn, homework } from "../made.ts";
import { type Packed, zipOf } from "./zip-writer.ts";

const SECRET = "another student's work";
const LINK = 0o120777;

describe("A hostile submission", () => {
  let ground: Ground;
  let assignment: Assignment;
  let before: readonly string[];
  beforeEach(() => {
    ground = new Ground();
    assignment = homework(ground);
    ground.put("in/alice/homework.ipynb", handedIn(`return 1; // ${SECRET}`));
    before = readdirSync(tmpdir());
  });
  afterEach(() => {
    const left = readdirSync(tmpdir()).filter(
      (name) => name.startsWith("gradbook intake") && !before.includes(name),
    );
    ground.remove();
    expect(left).to.deep.equal([]);
  });

  async function taken(...paths: readonly string[]): Promise<Record<string, Submission>> {
    const all = await takeIn(paths, assignment);
    const read = await Promise.all(all.map((one) => one.read()));
    return Object.fromEntries(read.map((one) => [one.student.id, one]));
  }

  /** Beside a good one, which must come through. */
  async function beside(student: string, path = ground.path("in")): Promise<Submission | undefined> {
    const { alice, ...others } = await taken(path);
    expect(alice?.fault).to.equal(undefined);
    expect(alice?.notebooks[0]?.text).to.include(SECRET);
    return others[student];
  }

  const zipped = (name: string, ...files: readonly Packed[]) => ground.put(`in/${name}.zip`, zipOf(files));

  it("gets nowhere by links: to a file, to another's folder, to itself", async () => {
    mkdirSync(ground.path("in", "mallory"));
    symlinkSync("../alice/homework.ipynb", ground.path("in", "mallory", "homework.ipynb"));
    symlinkSync("alice", ground.path("in", "eve"));
    mkdirSync(ground.path("in", "loop"));
    symlinkSync(".", ground.path("in", "loop", "loop"));
    const mallory = await beside("mallory");
    expect(mallory?.fault).to.equal("homework.ipynb is a link, and not followed");
    expect(mallory?.notebooks).to.deep.equal([]);
    expect(mallory?.notes, "a fault is said once").to.deep.equal([]);
    expect((await beside("eve"))?.fault).to.equal("eve is a link, and not followed");
    expect((await beside("loop"))?.fault).to.equal("loop is a link, and not followed");
  });

  it("gets nowhere by links in a zip, by paths out of it, or by absolute ones", async () => {
    const content = handedIn("return 2;");
    zipped("linked", { name: "homework.ipynb", content: "../../alice/homework.ipynb", mode: LINK });
    zipped("device", { name: "homework.ipynb", content: "", mode: 0o010644 });
    for (const [student, name] of Object.entries({
      up: "../alice/homework.ipynb",
      root: "/etc/homework.ipynb",
      drive: "C:\\homework.ipynb",
      windows: "..\\alice\\homework.ipynb",
    }))
      zipped(student, { name, content });
    const all = await taken(ground.path("in"));
    expect(all.alice?.notebooks[0]?.text).to.include(SECRET);
    expect(all.linked?.fault).to.equal("homework.ipynb is a link, and not followed");
    expect(all.device?.fault).to.equal("homework.ipynb is no file");
    for (const student of ["up", "root", "drive", "windows"])
      expect(all[student]?.fault, student).to.equal("homework.ipynb leads out of the zip");
    const platform = ground.put(
      "c.zip",
      zipOf([
        { name: "a_1_1_homework.ipynb", content },
        { name: "../a_1_9_homework.ipynb", content: handedIn("return 9;") },
      ]),
    );
    expect((await taken(platform)).a?.notebooks[0]?.text).to.include("return 2;");
  });

  it("cannot hand in for others, nor make them vanish, by names like those of a platform or a course", async () => {
    const content = handedIn("return 2; // forged");
    const forged = {
      "submission_metadata.yml": "submission_1:\n  :submitters:\n  - :name: alice\n    :sid: alice\n",
      "submission_1/homework.ipynb": content,
      "submitted/alice/homework/homework.ipynb": content,
      "homework/homework.ipynb": content,
      "alice_1_999_homework.ipynb": content,
      "Alice_1_assignsubmission_file_/homework.ipynb": content,
      "alice/homework.ipynb": content,
      "bob/homework.ipynb": content,
    };
    ground.put("in/bob/src/homework.ipynb", handedIn("return 1; // bob's"));
    for (const [kind, [name, text]] of Object.entries(forged).entries()) {
      ground.put(`in/mallory/${name}`, text);
      ground.put(`apart/${kind}/in/mallory/${name}`, text);
      ground.put(`apart/${kind}/in/alice/homework.ipynb`, handedIn(`return 1; // ${SECRET}`));
      for (let at = 0; at < 9; at++) ground.put(`apart/${kind}/in/mallory/${at}/${name}`, text);
    }
    const all = await taken(ground.path("in"));
    expect(Object.keys(all)).to.deep.equal(["alice", "bob", "mallory"]);
    expect(all.alice?.notebooks[0]?.text).to.include(SECRET);
    expect(all.bob?.notebooks[0]?.text).to.include("bob's");
    for (const kind of readdirSync(ground.path("apart"))) {
      const { alice, ...others } = await taken(ground.path("apart", kind, "in"));
      expect(alice?.notebooks[0]?.text, kind).to.include(SECRET);
      expect(Object.keys(others), kind).to.deep.equal(["mallory"]);
    }
    const honest = ground.put(
      "zips/alice.zip",
      zipOf([{ name: "homework.ipynb", content: handedIn(`return 1; // ${SECRET}`) }]),
    );
    const mallorys = ground.put(
      "zips/mallory.zip",
      zipOf(Object.entries(forged).map(([name, text]) => ({ name, content: text }))),
    );
    for (const paths of [[ground.path("zips")], [honest, mallorys]]) {
      const { alice, ...others } = await taken(...paths);
      expect(alice?.notebooks[0]?.text).to.include(SECRET);
      expect(Object.values(others).map(({ student }) => student.id)).not.to.include("alice");
    }
    const flat = "Mallory_5_assignsubmission_file_Alice_1_assignsubmission_file_homework.ipynb";
    const moodle = zipOf([
      { name: flat, content },
      { name: "Alice_1_assignsubmission_file_homework.ipynb", content: handedIn(`return 1; // ${SECRET}`) },
    ]);
    expect((await taken(ground.put("m.zip", moodle))).Alice?.notebooks[0]?.text).to.include(SECRET);
  });

  it("of 200 MB is not read, on the disk or in a zip", async () => {
    ground.put("in/mallory/homework.ipynb", "{");
    truncateSync(ground.path("in", "mallory", "homework.ipynb"), 200_000_000);
    zipped("eve", { name: "homework.ipynb", content: Buffer.alloc(LARGEST + 1, " ") });
    zipped("liar", { name: "homework.ipynb", content: Buffer.alloc(LARGEST + 1, " "), saidBytes: 5 });
    const memory = process.memoryUsage().rss;
    for (const student of ["mallory", "eve", "liar"])
      expect((await beside(student))?.fault).to.equal("homework.ipynb is larger than 20 MB");
    expect(process.memoryUsage().rss - memory).to.be.lessThan(150_000_000);
  });

  it("of zips in zips in zips is opened once, and no further than 100 MB", async function () {
    this.timeout(60_000);
    const content = handedIn("return 2;");
    const inner = zipOf([{ name: "homework.ipynb", content }]);
    zipped("twice", { name: "inner.zip", content: inner });
    expect((await beside("twice"))?.fault).to.equal("inner.zip is a zip in a zip, and not opened");
    const bomb = zipOf([
      { name: "a_1_1_bomb.zip", content: Buffer.alloc(110_000_000) },
      { name: "b_2_2_homework.ipynb", content },
    ]);
    const all = await taken(ground.put("canvas.zip", bomb));
    expect(all.a?.fault).to.equal("bomb.zip is a zip in a zip, and larger than 100 MB");
    expect(all.b?.fault).to.equal(undefined);
  });

  it("of very many zips has ten of them opened", async () => {
    for (let at = 0; at < 40; at++)
      ground.put(`in/mallory/${at}.zip`, zipOf([{ name: `n${at}.ipynb`, content: "{}" }]));
    ground.put("in/mallory/homework.ipynb", handedIn("return 2;"));
    const mallory = await beside("mallory");
    expect(mallory?.notes.filter((note) => note.includes("one zip too many"))).to.have.length(19);
    expect(mallory?.notes.at(-1)).to.equal("and 11 more");
  });

  it("that is encrypted or damaged says so, and stands in nobody's way", async () => {
    const content = handedIn("return 2;");
    zipped("secret", { name: "homework.ipynb", content, encrypted: true });
    zipped("partly", { name: "homework.ipynb", content, encrypted: true }, { name: "readme.txt" });
    zipped("odd", { name: "homework.ipynb", content, method: 99 });
    zipped("bad", { name: "homework.ipynb", content, crc: 1 });
    const all = await taken(ground.path("in"));
    expect(all.alice?.fault).to.equal(undefined);
    expect(all.secret?.fault).to.equal("secret.zip is encrypted");
    expect(all.partly?.fault).to.equal("homework.ipynb is encrypted");
    expect(all.odd?.fault).to.equal("homework.ipynb is packed in a way that is not read (method 99)");
    expect(all.bad?.fault).to.equal("homework.ipynb is damaged, or was cut off");
  });

  it("with pipes, sockets and devices in it makes nobody wait", async function () {
    if (process.platform === "win32") this.skip();
    mkdirSync(ground.path("in", "mallory"));
    execFileSync("mkfifo", [ground.path("in", "mallory", "homework.ipynb")]);
    expect((await beside("mallory"))?.fault).to.equal("homework.ipynb is no plain file");
  });

  it("that cannot be read, or lies in a folder that cannot, is named", async function () {
    ground.put("in/mallory/homework.ipynb", handedIn("return 2;"));
    ground.put("in/eve/homework.ipynb", handedIn("return 2;"));
    chmodSync(ground.path("in", "mallory", "homework.ipynb"), 0);
    chmodSync(ground.path("in", "eve"), 0);
    if (process.getuid?.() === 0) {
      // Root reads everything, so an ordinary user looks.
      if (process.platform !== "linux") this.skip();
      expect(asNobody(ground, assignment)).to.deep.equal({
        alice: null,
        eve: "eve cannot be read (permission denied)",
        mallory: "homework.ipynb cannot be read (permission denied)",
      });
    } else {
      expect((await beside("mallory"))?.fault).to.equal("homework.ipynb cannot be read (permission denied)");
      expect((await beside("eve"))?.fault).to.equal("eve cannot be read (permission denied)");
    }
    chmodSync(ground.path("in", "eve"), 0o700);
  });

  it("with packages of its own has them left out, and the lecturer told", async () => {
    ground.put("in/mallory/homework.ipynb", handedIn("return 2;"));
    ground.put("in/mallory/node_modules/gradbook/homework.ipynb", handedIn("return 3;"));
    zipped(
      "eve",
      { name: "homework.ipynb", content: handedIn("return 2;") },
      { name: "node_modules/chai/index.js" },
      { name: "node_modules/a/b.js" },
    );
    for (const student of ["mallory", "eve"]) {
      const submission = await beside(student);
      expect(submission?.notebooks[0]?.text).to.include("return 2;");
      expect(submission?.notes).to.deep.equal([
        "node_modules is not used: answers have the course's packages",
      ]);
    }
  });

  it("of 100,000 files takes seconds, and what the system left behind is passed over", async function () {
    this.timeout(60_000);
    const files = Array.from({ length: 100_000 }, (_, at) => ({ name: `f/${at}.txt`, stored: true }));
    zipped(
      "mallory",
      ...files,
      { name: "homework.ipynb", content: handedIn("return 2;") },
      { name: "__MACOSX/._homework.ipynb", content: "x" },
      { name: ".ipynb_checkpoints/homework-checkpoint.ipynb", content: "x" },
    );
    mkdirSync(ground.path("in", "eve", "many"), { recursive: true });
    for (let at = 0; at < 5_000; at++) writeFileSync(ground.path("in", "eve", "many", `${at}.ipynb`), "");
    ground.put("in/eve/homework.ipynb", handedIn("return 2;"));
    const started = performance.now();
    expect((await beside("mallory"))?.notes).to.deep.equal([]);
    expect((await beside("eve"))?.fault).to.equal(undefined);
    expect(performance.now() - started).to.be.lessThan(30_000);
  });

  it("may have any name that a disk or a zip can hold", async () => {
    const content = handedIn("return 2;");
    const names = ["-rf", "a\nb", "q\"uo'te", "x".repeat(200), "CON", "…\u202egnp", " lead"];
    for (const name of names) ground.put(`in/${name}/homework.ipynb`, content);
    const raw = Buffer.concat([Buffer.from(`${ground.path("in")}/caf`), Buffer.from([0xe9])]);
    mkdirSync(raw);
    writeFileSync(Buffer.concat([raw, Buffer.from("/homework.ipynb")]), content);
    const all = await taken(ground.path("in"));
    expect(Object.keys(all)).to.have.length(names.length + 2);
    for (const { fault, student } of Object.values(all)) expect(fault, student.id).to.equal(undefined);
    expect(all["a b"]?.notes.join()).to.include("an odd name");
  });

  it("in another encoding, or cut within a character, is read as far as it goes", async () => {
    const text = handedIn("return 2; // é");
    ground.put("in/windows/homework.ipynb", Buffer.from(`\ufeff${text}`, "utf16le"));
    ground.put("in/mark/homework.ipynb", `\ufeff${text}`);
    ground.put("in/latin/homework.ipynb", Buffer.from(text, "latin1"));
    expect(await beside("windows")).to.deep.include({ notes: ["homework.ipynb is in UTF-16"] });
    expect((await beside("windows"))?.notebooks[0]?.text).to.include("return 2; // é");
    expect((await beside("mark"))?.notes).to.deep.equal(["homework.ipynb begins with a byte order mark"]);
    expect((await beside("latin"))?.notes).to.deep.equal([
      "homework.ipynb is not in UTF-8: some characters are lost",
    ]);
  });
});

/** Each student's fault, as a process without rights finds it. */
function asNobody(ground: Ground, assignment: Assignment): unknown {
  chmodSync(ground.folder, 0o755);
  const module = new URL("../../../../kernel-ext/grading/intake/take-in.js", import.meta.url).href;
  const script = `
    const { takeIn } = await import(${JSON.stringify(module)});
    const all = await takeIn([${JSON.stringify(ground.path("in"))}], ${JSON.stringify(assignment)});
    const read = await Promise.all(all.map((one) => one.read()));
    console.log(JSON.stringify(Object.fromEntries(read.map(({ student, fault }) => [student.id, fault ?? null]))));
  `;
  const rights = ["--reuid", "65534", "--regid", "65534", "--clear-groups"];
  const command = ["setpriv", ...rights, process.execPath, "--input-type=module", "-e", script];
  return JSON.parse(execFileSync(command[0]!, command.slice(1), { encoding: "utf8", cwd: "/" }));
}
