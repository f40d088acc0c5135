import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { job, jobs, lives, Place, until } from "./place.ts";

describe("The queue on many machines", function () {
  this.timeout(60_000);
  let place: Place;
  beforeEach(async () => {
    place = await Place.open();
  });
  afterEach(() => place.remove());

  it("loses nothing and counts nothing twice when of three workers one is killed and one is ended", async () => {
    const [first, second] = await place.workers(3, { workers: 2 });
    const grader = await place.grader();
    const all = jobs(60, "slow 200");
    const results = Promise.all(all.map((one) => grader.grade(one)));
    await until(() => place.runs().length >= 12);
    first!.process.kill("SIGKILL");
    await until(() => place.runs().length >= 20);
    second!.process.kill("SIGTERM");
    expect((await results).map(({ student }) => student.id)).to.deep.equal(
      all.map(({ submission }) => submission.student.id),
    );
    await until(() => second!.gone);
    expect({ code: second!.process.exitCode, ...counts(await place.status()) }).to.deep.equal({
      code: 0,
      waiting: 0,
      active: 0,
      done: 60,
      setAside: 0,
      workers: 1,
    });
    expect(first!.process.signalCode).to.equal("SIGKILL");
  });

  it("gives back what cannot be finished in time, and does not hold it against the submission", async () => {
    const [first] = await place.workers(1, { grace: 0.3 });
    const grader = await place.grader();
    const result = grader.grade(job("ada", "slow 1500"));
    await until(() => place.runsOf("ada") === 1);
    const begun = Date.now();
    first!.process.kill("SIGTERM");
    await until(() => first!.gone);
    expect(Date.now() - begun).to.be.below(4_000);
    expect(first!.said).to.match(/Leaving: 1 submission .*\n.*ada: given back/);
    expect(place.redis.cli("keys", "*.deaths.*")).to.equal("");
    await place.workers(1);
    const { fault, earned } = await result;
    expect({ fault, earned }).to.deep.equal({ fault: undefined, earned: "slow 1500".length });
    expect(place.runsOf("ada")).to.equal(2);
  });

  it("grades once what two hand in at the same time", async () => {
    await place.workers(2);
    const graders = [await place.grader(), await place.grader()];
    const all = jobs(10, "slow 100");
    const results = await Promise.all(
      graders.map((grader) => Promise.all(all.map((one) => grader.grade(one)))),
    );
    expect(results[0]).to.deep.equal(results[1]);
    expect(place.runs()).to.have.length(10);
  });

  it("has the results for who comes again, and grades them again only when asked to", async () => {
    await place.workers(2);
    const all = jobs(10, "slow 100");
    const gone = await place.grader();
    const given = all.map((one) => gone.grade(one).catch((error: unknown) => error));
    await until(() => place.runs().length >= 4);
    await gone.close();
    const left = (await Promise.all(given)).filter((one) => one instanceof Error);
    expect(left).not.to.have.length(0);
    expect(String(left[0])).to.match(/closed.*--resume/);
    const grader = await place.grader();
    expect(await Promise.all(all.map((one) => grader.grade(one)))).to.have.length(10);
    expect(place.runs()).to.have.length(10);
    const again = await place.grader({ again: true });
    await again.grade(all[0]!);
    expect(place.runsOf("student0")).to.equal(2);
    expect((await place.status()).done).to.equal(10);
  });

  it("carries a submission of 20 MB, small, and the assignment once for all", async () => {
    const grader = await place.grader();
    const text = `plain ${"lorem ipsum ".repeat(1_700_000)}`;
    const results = [job("ada", text), job("bob", text)].map((one) => grader.grade(one));
    await until(() => place.redis.cli("keys", "*.submission.*").split("\n").length === 2);
    const memory = Number(/used_memory:(\d+)/.exec(place.redis.cli("info", "memory"))?.[1]);
    expect(memory).to.be.below(5e6);
    expect(place.redis.cli("keys", "*.assignment.*").split("\n")).to.have.length(1);
    await place.workers(1);
    const earned = (await Promise.all(results)).map((one) => one.earned);
    expect(earned).to.deep.equal([text.length, text.length]);
    expect(place.redis.cli("keys", "*.submission.*")).to.equal("");
  });

  it("believes no result that is of another submission", async () => {
    const grader = await place.grader();
    const result = grader.grade(job("ada", "plain"));
    await until(() => place.redis.cli("keys", "*.submission.*") !== "");
    const id = place.redis.cli("keys", "*.submission.*").split(".").at(-1)!;
    place.redis.cli("set", `gradbook:grading.result.${id}`, "forged");
    place.redis.cli("zadd", "gradbook:grading.done", "9999999999999", id);
    await until(() => place.redis.cli("exists", `gradbook:grading.result.${id}`) === "0");
    await place.workers(1);
    expect((await result).earned).to.equal("plain".length);
  });

  it("says when no worker is there, and what waits, is active and who works", async () => {
    const grader = await place.grader();
    const results: Promise<unknown>[] = [];
    for (const one of jobs(3, "slow 6000")) {
      results.push(grader.grade(one));
      // Who hands in three at the same instant leaves their order to Redis.
      while ((await place.status()).waiting < results.length) await delay(20);
    }
    await until(() => place.said.length > 0);
    expect(place.said).to.deep.equal([
      `No worker is at the queue → gradbook worker --queue ${place.redis.url}`,
    ]);
    await place.workers(1, { workers: 2 });
    await until(() => place.runs().length === 2);
    const status = await place.status();
    expect(counts(status)).to.deep.equal({
      waiting: 1,
      active: 2,
      done: 0,
      setAside: 0,
      workers: 1,
    });
    expect(status.active.map(({ student }) => student)).to.have.members(["student0", "student1"]);
    expect(status.active[0]?.worker).to.equal(status.workers[0]?.name);
    expect(status.workers[0]).to.include({ places: 2, sandbox: "none" });
    await Promise.all(results);
    const after = await place.status();
    expect(after.done).to.equal(3);
    expect(after.perMinute).to.be.above(0);
  });

  it("leaves no process when a worker is killed while its grader computes", async () => {
    const [worker] = await place.workers(1);
    const grader = await place.grader();
    void grader.grade(job("ada", "hang")).catch(() => {});
    await until(() => place.runsOf("ada") === 1);
    const { pid } = place.runs()[0]!;
    worker!.process.kill("SIGKILL");
    await delay(200);
    await until(() => !lives(pid), 4);
  });
});

function counts(status: Awaited<ReturnType<Place["status"]>>) {
  const { waiting, active, done, setAside, workers } = status;
  return {
    waiting,
    active: active.length,
    done,
    setAside: setAside.length,
    workers: workers.length,
  };
}
