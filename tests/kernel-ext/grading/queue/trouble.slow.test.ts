import { writeFileSync } from "node:fs";
import { expect } from "chai";
import { job, jobs, Place, until } from "./place.ts";

describe("The queue when things die", function () {
  this.timeout(60_000);
  let place: Place;
  afterEach(() => place.remove());

  it("sets a submission aside that has killed three graders, and its workers live on", async () => {
    place = await Place.open();
    const workers = await place.workers(2, { workers: 2, slack: 0.6 });
    const grader = await place.grader();
    const bad = [job("ada", "kill"), job("bob", "exit"), job("eve", "hang")];
    const good = jobs(20, "slow 50");
    const results = await Promise.all([...bad, ...good].map((one) => grader.grade(one)));
    expect(results.map(({ fault }) => fault).slice(0, 4)).to.deep.equal([
      "It killed its grader 3 times; the last one was killed (SIGKILL)",
      "It killed its grader 3 times; the last one ended by itself (code 7)",
      "It killed its grader 3 times; the last one gave no answer for 1 s",
      undefined,
    ]);
    const [ada] = results;
    expect(ada).to.include({ earned: 0, points: 4, submissionHash: bad[0]!.submission.hash });
    expect(ada!.exercises.map(({ id, earned }) => [id, earned])).to.deep.equal([["t", 0]]);
    expect(results.filter(({ fault }) => fault)).to.have.length(3);
    expect(["ada", "bob", "eve"].map((who) => place.runsOf(who))).to.deep.equal([3, 3, 3]);
    expect(place.runs()).to.have.length(9 + 20);
    expect(workers.some((worker) => worker.gone)).to.equal(false);
    const { setAside, done } = await place.status();
    expect({ aside: setAside.map(({ student }) => student).sort(), done }).to.deep.equal({
      aside: ["ada", "bob", "eve"],
      done: 23,
    });
  });

  it("sets a submission aside that has killed three workers, and the fourth grades the others", async () => {
    place = await Place.open();
    const workers = await place.workers(3);
    const grader = await place.grader();
    const results = [job("ada", "kill-worker"), ...jobs(6, "slow 50")].map((one) => grader.grade(one));
    await until(() => workers.every((worker) => worker.gone), 40);
    await place.workers(1);
    const [ada, ...others] = await Promise.all(results);
    expect(ada?.fault).to.equal("It killed its grader 3 times; the last one went with its whole worker");
    expect(others.every(({ fault }) => fault === undefined)).to.equal(true);
    expect(place.runsOf("ada")).to.equal(3);
  });

  it("goes on elsewhere when a machine can grade nothing, which leaves", async () => {
    place = await Place.open();
    const [broken] = await place.workers(1);
    const grader = await place.grader();
    const results = [1, 2, 3].map((n) => grader.grade(job(`student${n}`, "refuse")));
    await until(() => broken!.gone);
    expect(broken!.process.exitCode).to.equal(1);
    expect(broken!.said).to.match(/there is no room \(1 of 3\)\n(.*\n)*.*there is no room\n$/);
    writeFileSync(`${place.log}.fit`, "");
    await place.workers(1);
    expect((await Promise.all(results)).map(({ fault }) => fault)).to.deep.equal(Array(3).fill(undefined));
  });

  for (const [how, options] of [
    ["that has kept everything", ["--appendonly", "yes"]],
    ["that has lost everything", []],
  ] as const) {
    it(`goes on with a Redis that was killed and started again, ${how}`, async () => {
      place = await Place.open(() => options);
      const [worker] = await place.workers(2, { workers: 2 });
      const grader = await place.grader();
      const all = jobs(40, "slow 150");
      const results = Promise.all(all.map((one) => grader.grade(one)));
      await until(() => place.runs().length >= 12);
      await place.redis.end();
      await new Promise((resolve) => setTimeout(resolve, 500));
      await place.redis.begin();
      expect(new Set((await results).map(({ student }) => student.id)).size).to.equal(40);
      expect((await results).some(({ fault }) => fault)).to.equal(false);
      expect(place.said.map((line) => line.replace(/^.*\d /, ""))).to.include("is gone; waiting for it");
      expect(place.said.at(-1)).to.equal(`Redis at ${place.redis.url} is back`);
      expect(worker!.said).to.include("is back");
      expect(worker!.gone).to.equal(false);
    });
  }

  it("ends with one line when Redis does not come back, and so does a worker that is told to leave", async () => {
    place = await Place.open();
    const [worker] = await place.workers(1, { grace: 0.5 });
    const grader = await place.grader({ patience: 1 });
    const result = grader.grade(job("ada", "slow 20000")).catch((error: unknown) => error);
    await until(() => place.runsOf("ada") === 1);
    await place.redis.end();
    expect(String(await result)).to.match(/has been away for 1 s → .*--resume/);
    worker!.process.kill("SIGTERM");
    await until(() => worker!.gone, 8);
  });
});
