// Frames that no honest answer writes, thousands of them, from a seed: each is a value, or the end of the answers.
import { closeSync, writeSync } from "node:fs";
import { expect } from "chai";
import { openAnswers } from "../../../../kernel-ext/grading/bridge/answers.ts";
import { AnswersGone } from "../../../../kernel-ext/grading/bridge/bridge.ts";
import { Frame } from "../../../../kernel-ext/grading/bridge/channel.ts";
import { Kept } from "../../../../kernel-ext/grading/bridge/kept.ts";
import { libValues } from "../../../../kernel-ext/grading/bridge/lib-values.ts";
import { PipeMaker } from "../../../../kernel-ext/grading/bridge/pipes.ts";
import { FRAME } from "../../../../kernel-ext/grading/bridge/tags.ts";
import { Writer } from "../../../../kernel-ext/grading/bridge/writer.ts";
import { plain, plainText } from "../../../../kernel-ext/grading/values.ts";
import { Random } from "../../../../lib/random/index.ts";
import { tensor } from "../../../../lib/tensor/index.ts";

const SEED = 20_261_121;
const ROUNDS = 800;

describe("the checker, given frames that nobody should write", function () {
  this.timeout(60_000);

  it(`gets a value or the end of the answers for each of ${ROUNDS}, and nothing else happens to it`, async () => {
    const random = new Random(SEED);
    const lib = await libValues();
    const honest = honestFrames(lib);
    const maker = new PipeMaker();
    const before = worldOf();
    let values = 0;
    let ends = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const pipes = maker.open();
      writeSync(pipes.theirs[1], spoilt(honest, random));
      closeSync(pipes.theirs[1]);
      // The reading end stays open, so that the checker can ask.
      const answers = openAnswers({ ...pipes, closeTheirs: () => {}, close: () => {} }, { lib });
      try {
        use(answers.value("f"));
        values++;
      } catch (error) {
        // What is thrown may be a forged value, too.
        if (error instanceof AnswersGone) ends++;
        else values++;
      }
      closeSync(pipes.read);
      closeSync(pipes.write);
      closeSync(pipes.theirs[0]);
    }
    maker.close();
    expect(worldOf()).to.deep.equal(before);
    expect(values).to.be.above(ROUNDS / 20);
    expect(ends).to.be.above(ROUNDS / 20);
  });
});

/** Looks at a value as a test does. */
function use(value: unknown): void {
  expect(plainText(plain(value))).to.be.a("string");
  if (typeof value === "function") {
    expect(() => value([1, 2], () => 3)).to.throw();
  }
}

const worldOf = (): unknown =>
  [Object, Array, Function, Error, Map, Promise].map(({ prototype }) =>
    Object.getOwnPropertyNames(prototype),
  );

function honestFrames(lib: Awaited<ReturnType<typeof libValues>>): Uint8Array[] {
  class Cat {
    lives = 9;
  }
  const shared = [1, 2, 3];
  const values = [
    1,
    "text",
    [1, 2.5, Number.NaN],
    [shared, shared, { a: shared, b: null, ä: [undefined, true] }],
    new Map<unknown, unknown>([[new Set([1]), /a/g]]),
    new Float32Array([1, 2, 3]),
    tensor([
      [1, 2],
      [3, 4],
    ]),
    new Random(3),
    new RangeError("far"),
    Object.assign(new (class OddError extends Error {})("odd")),
    () => 1,
    Cat,
    new Cat(),
    Promise.resolve(1),
    Symbol("own"),
    [5n, new Date(0), new Uint8Array(9).buffer],
  ];
  return values.flatMap((value) =>
    [FRAME.returned, FRAME.threw, FRAME.callback, FRAME.ended].map((kind) => {
      const frame = new Frame();
      const writer = new Writer(frame, new Kept(() => 0).writes, lib);
      if (kind !== FRAME.ended) writer.word(0);
      writer.value(kind === FRAME.callback ? [value] : value);
      frame.view.setUint32(0, frame.length, true);
      frame.bytes[4] = kind;
      return frame.bytes.slice(0, frame.length);
    }),
  );
}

/** An honest frame with some of it changed, cut, repeated or random. */
function spoilt(frames: readonly Uint8Array[], random: Random): Buffer {
  const frame = Buffer.from(frames[random.integer(frames.length)]!);
  const way = random.integer(6);
  if (way === 0) return frame;
  if (way === 1) return Buffer.from(Array.from({ length: random.integer(200) }, () => random.integer(256)));
  for (let changes = 1 + random.integer(4); changes > 0; changes--)
    frame[way < 4 ? 8 + random.integer(frame.length - 8) : random.integer(frame.length)] =
      way === 3 ? [0, 255, 21, 22, 23, 10][random.integer(6)]! : random.integer(256);
  return way === 5 ? frame.subarray(0, random.integer(frame.length)) : frame;
}
