// Answers that misbehave, in the real kernel: a check says so in words, and the next one works.
import { expect } from "chai";
import { Kernel } from "../kernel-ext/kernel/client.ts";

describe("A check in the kernel", function () {
  this.timeout(60_000);
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start();
    await kernel.run('import { check } from "gradbook/exercises";');
  });
  after(() => kernel.stop());

  const SIGNATURE = "function stableSoftmax(z: readonly number[]): number[]";
  const CHECK = 'check("stable-softmax", { stableSoftmax })';
  const SOLVED = `${SIGNATURE} { const m = Math.max(...z); const e = z.map((x) => Math.exp(x - m)); const s = e.reduce((a, b) => a + b, 0); return e.map((x) => x / s); }`;

  const verdict = async (answer: string): Promise<{ points: unknown; words: string; stderr: string }> => {
    await kernel.run(answer);
    const { outputs } = await kernel.run(CHECK);
    const data = outputs.find(({ type }) => type === "execute_result")?.content.data as
      | Record<string, string>
      | undefined;
    const stderr = outputs
      .filter(({ content }) => content.name === "stderr")
      .map(({ content }) => content.text);
    return { points: data?.["text/plain"], words: data?.["text/html"] ?? "", stderr: stderr.join("") };
  };

  for (const [what, body, words] of [
    ["an async one", "return (async () => { throw new Error('late'); })() as never;", "a promise did"],
    ["a generator", "return (function* () { yield 1; })() as never;", "a generator"],
    ["a list that was never filled", "return new Array(3) as number[];", "There is undefined at [0]"],
    ["one without an end to its calls", "return stableSoftmax(z);", "never ends"],
    [
      "one that prints a lot",
      "for (let i = 0; i < 2000; i++) console.log(i); return [];",
      "Its shape is [0]",
    ],
  ] as const) {
    it(`says in words what is wrong with ${what}`, async () => {
      const { points, words: said, stderr } = await verdict(`${SIGNATURE} { ${body} }`);
      expect(points).to.equal("0");
      expect(said).to.include(words).and.not.include("0.659");
      expect(stderr).to.equal("");
    });
  }

  it("can be interrupted in an answer that loops, and is there again", async () => {
    await kernel.run(`${SIGNATURE} { while (z.length) z.at(0); return []; }`);
    const id = kernel.start(CHECK);
    await new Promise((resolve) => setTimeout(resolve, 500));
    kernel.send("interrupt_request", {}, "control");
    expect((await kernel.answer(id)).reply.ename).to.equal("KeyboardInterrupt");
    expect((await verdict(SOLVED)).points).to.equal("4");
  });

  it("tells of a type error before it runs anything", async () => {
    await kernel.run("const wrong = (z: string): string => z;");
    const { reply } = await kernel.run('check("stable-softmax", { stableSoftmax: wrong })');
    expect(reply.ename).to.equal("TypeCheckError");
  });
});
