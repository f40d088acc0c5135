import { expect } from "chai";
import {
  adam,
  argmax,
  type BytePairMerge,
  BytePairTokenizer,
  crossEntropy,
  nextTokenBatches,
  nn,
  Random,
  reshape,
  tensor,
  valueAndGrad,
} from "../../../lib/index.ts";
import { readGolden } from "../golden/read.ts";

interface Golden {
  readonly texts: readonly string[];
  readonly probes: readonly string[];
  readonly cases: readonly {
    readonly size: number;
    readonly minCount: number;
    readonly special: readonly string[];
    readonly learnt: number;
    readonly merges: readonly BytePairMerge[];
    readonly encoded: readonly (readonly number[])[];
  }[];
}

const { texts, probes, cases } = readGolden<Golden>("byte-pairs");

describe("byte pairs", () => {
  for (const { size, minCount, special, learnt, merges, encoded } of cases) {
    const title = `${size} tokens, pairs from ${minCount} on, ${special.length} special ones`;
    it(`are learnt and cut as Hugging Face's tokenizers does it: ${title}`, () => {
      const tokenizer = BytePairTokenizer.train(texts, { size, minCount, special });
      expect(tokenizer.merges).to.deep.equal(merges);
      expect(tokenizer.size).to.equal(learnt);
      probes.forEach((probe, i) => {
        const tokens = tokenizer.encode(probe);
        expect([...tokens.data], probe).to.deep.equal(encoded[i]);
        expect(tokenizer.decode(tokens)).to.equal(probe);
      });
    });
  }

  const tokenizer = BytePairTokenizer.train(texts, { size: 700, special: ["<|start|>", "<|end|>"] });

  it("give every text back, half characters included", () => {
    const random = new Random(5);
    const ranges = [0x80, 0x800, 0x10000, 0x110000];
    for (let round = 0; round < 300; round++) {
      const text = Array.from({ length: random.integer(40) }, () =>
        String.fromCodePoint(random.integer(ranges[random.integer(4)]!)),
      ).join("");
      expect(tokenizer.decode(tokenizer.encode(text))).to.equal(text);
    }
    const halves = Array.from({ length: 2000 }, () => String.fromCharCode(0xd700 + random.integer(0xa00)));
    expect(tokenizer.decode(tokenizer.encode(halves.join("")))).to.equal(halves.join(""));
    const longs = ["a".repeat(200_000), " ".repeat(100_000), "\ufeff\ufeffx\ufeff"];
    for (const long of longs) expect(tokenizer.decode(tokenizer.encode(long))).to.equal(long);
  });

  it("have fewer tokens than characters for a text like the one they learnt from", () => {
    const tokens = tokenizer.encode(texts[0]!);
    expect(tokens.dtype).to.equal("int32");
    expect(tokens.size).to.be.below(texts[0]!.length / 2);
    expect(tokenizer.encode("Ishmael").size).to.be.below(7);
  });

  it("take a text without a single space, too", () => {
    const random = new Random(6);
    const letters = Array.from({ length: 200_000 }, () => "etaoinshr"[random.integer(9)]).join("");
    const began = performance.now();
    const tokens = tokenizer.encode(letters);
    expect(performance.now() - began).to.be.below(20_000);
    expect(tokenizer.decode(tokens)).to.equal(letters);
  });

  it("are what a small GPT reads and writes", () => {
    const [text] = texts;
    const tokens = tokenizer.encode(text!);
    const random = new Random(7);
    const model = nn.models.gpt({ vocabulary: tokenizer.size, context: 16, width: 24, layers: 1, heads: 2 });
    const { parameters, state } = nn.initialize(model, [1, 16], { random });
    const optimizer = adam({ rate: 0.01 });
    const losses: number[] = [];
    for (let epoch = 0; epoch < 4; epoch++) {
      for (const { inputs, targets } of nextTokenBatches(tokens, { batch: 16, length: 16, random })) {
        const { value, grads } = valueAndGrad((p) => {
          const logits = nn.run(model, { parameters: p, state }, inputs, { training: true }).output;
          return crossEntropy(reshape(logits, [256, tokenizer.size]), reshape(targets, [256]));
        }, parameters);
        losses.push(value.item());
        optimizer.step(parameters, grads);
      }
    }
    expect(losses[0]).to.be.closeTo(Math.log(tokenizer.size), 0.5);
    expect(losses.at(-1)).to.be.below(losses[0]! - 1);
    const written = nn.run(
      model,
      { parameters, state },
      reshape(tokenizer.encode("Call me Ishmael"), [1, -1]),
    );
    expect(tokenizer.decode([...argmax(written.output, { axis: -1 }).data]))
      .to.be.a("string")
      .and.not.equal("");
  });

  it("keep special tokens whole, leave them out, or take them for plain text", () => {
    const [start, end] = [tokenizer.number("<|start|>"), tokenizer.number("<|end|>")];
    expect([start, end]).to.deep.equal([0, 1]);
    const text = "<|start|>a ship<|end|>";
    const tokens = tokenizer.encode(text);
    expect([tokens.data[0], tokens.data.at(-1)]).to.deep.equal([start, end]);
    expect(tokenizer.decode(tokens)).to.equal(text);
    expect(tokenizer.decode(tokens, { special: false })).to.equal("a ship");
    const plain = tokenizer.encode(text, { special: false });
    expect(plain.data.every((token) => token > 1)).to.equal(true);
    expect(tokenizer.decode(plain)).to.equal(text);
    const trap = BytePairTokenizer.train("a.b (a.b)* [a-b] a.b/a.b", {
      size: 259,
      special: ["a.b", "[a-b]", "a.b/"],
    });
    expect([...trap.encode("a.ba.b/[a-b]").data]).to.deep.equal([0, 2, 1]);
    expect([...trap.encode("axb").data]).to.have.length(3);
  });

  it("are the same from the same text, and from JSON", () => {
    const again = BytePairTokenizer.train(texts, { size: 700, special: ["<|start|>", "<|end|>"] });
    expect(again.merges).to.deep.equal(tokenizer.merges);
    const read = new BytePairTokenizer(JSON.parse(JSON.stringify(tokenizer)));
    for (const probe of probes) expect(read.encode(probe).data).to.deep.equal(tokenizer.encode(probe).data);
  });

  it("stop where the text has no more pairs, and put � where half a character is missing", () => {
    const small = BytePairTokenizer.train("ab ab", { size: 1000 });
    expect([small.size, small.merges.length]).to.deep.equal([257, 1]);
    expect(BytePairTokenizer.train("", { size: 256 }).size).to.equal(256);
    const bytes = BytePairTokenizer.train("", { size: 256 }).encode("🙂");
    expect(bytes.size).to.equal(4);
    expect(small.decode([...bytes.data].slice(0, 3))).to.equal("�");
    expect(small.decode(tensor([], { dtype: "int32" }))).to.equal("");
  });

  it("name what does not go", () => {
    const train = (options: object) => () => BytePairTokenizer.train("a", { size: 300, ...options });
    expect(train({ size: 255 })).to.throw("at least 256 (256 bytes and 0 special tokens); it is 255");
    expect(train({ size: 256, special: ["<end>"] })).to.throw("at least 257");
    expect(train({ minCount: 0 })).to.throw("minCount is a whole number, 1 or more; it is 0");
    expect(train({ special: ["x", "x"] })).to.throw('the special token "x" is named twice');
    expect(train({ special: [""] })).to.throw("a special token is not empty");
    expect(() => tokenizer.decode([700])).to.throw("there is no token 700; they are 0 … 699");
    expect(() => tokenizer.decode([-1])).to.throw("there is no token -1");
    expect(() => tokenizer.number("<pad>")).to.throw(
      '"<pad>" is not one of its special tokens, ["<|start|>","<|end|>"]',
    );
    expect(() => new BytePairTokenizer({ special: [], merges: [[3, 256]] })).to.throw("[3,256] is none");
  });
});
