// Every command answers a question, or a slip of the fingers, at once: in a clone where nothing is set up, and where
// nothing may be begun.
import { expect } from "chai";
import { fromSource } from "../../source.ts";
import { expectOneSentence, Ground } from "./ground.ts";

const { COMMANDS } = await fromSource<typeof import("../../../kernel-ext/lab/usage.mjs")>("lab/usage.mjs");

describe("what can be typed", function () {
  this.timeout(120_000);
  let ground: Ground;
  before(() => {
    ground = new Ground();
    // Whoever begins a set-up all the same harms nobody's packages.
    ground.playTools();
  });
  after(() => ground.remove());

  for (const [name, { options }] of Object.entries(COMMANDS)) {
    it(`gradbook ${name} tells how it is called, with all of its options, and nothing else happens`, async () => {
      const asked = await ground.gradbook([name, "--help"]);
      expect(asked).to.include({ code: 0, stderr: "" });
      expect(asked.stdout).to.match(new RegExp(`(npm|npm run|gradbook) ${name}\\b`));
      for (const option of Object.keys(options)) expect(asked.stdout).to.include(`--${option}`);
      expect(await ground.gradbook(["help", name])).to.deep.equal(asked);
      expect(await ground.gradbook([name, "some", "-h"])).to.deep.equal(asked);
      const slip = await ground.gradbook([name, "--no-such-option"]);
      expectOneSentence(slip, /Unknown option '--no-such-option'/, new RegExp(`gradbook\\.mjs help ${name}`));
      expect(ground.made()).to.deep.equal([]);
    });
  }

  it("what is called with too many words, or none, says so before anything begins", async () => {
    expectOneSentence(await ground.gradbook(["site", "now"]), /Unexpected argument 'now'/, /help site/);
    expectOneSentence(await ground.gradbook(["check"]), /check takes the name of a notebook/, /help check/);
    expectOneSentence(await ground.gradbook(["help", "fly"]), /no command “fly”/, /gradbook\.mjs help/);
    expect(ground.made()).to.deep.equal([]);
  });
});
