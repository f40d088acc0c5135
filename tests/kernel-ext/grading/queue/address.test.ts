import { expect } from "chai";
import { queuePlace } from "../../../../kernel-ext/grading/queue/address.ts";
import { explainQueue } from "../../../../kernel-ext/grading/queue/explain.ts";

describe("A queue's address", () => {
  it("is taken apart, and shown without user and password", () => {
    const place = queuePlace({ url: "rediss://course:p%40ss@redis.example:6380/2?name=spring" });
    expect(place).to.deep.equal({
      host: "redis.example",
      port: 6380,
      db: 2,
      name: "spring",
      username: "course",
      password: "p@ss",
      shown: "rediss://redis.example:6380/2?name=spring",
      tls: { servername: "redis.example" },
    });
    expect(queuePlace({ url: "redis://[::1]" })).to.include({ host: "::1", port: 6379, name: "grading" });
  });

  it("is refused in one line that repeats no password", () => {
    const wrong = ["secret", "http://u:secret@h", "redis://u:sec%ret@h", "redis://:secret@h/x", "redis://"];
    for (const url of [...wrong, "redis://:secret@h?secret=1", "redis://:secret@h?name=a:b"])
      expect(() => queuePlace({ url })).to.throw(/^(?!.*(secret|sec%ret))[^\n]+$/);
    expect(() => queuePlace({ url: "redis://h", ca: "x.pem" })).to.throw("rediss://");
    expect(() => queuePlace({ url: "rediss://h", cert: "x.pem" })).to.throw("needs its key");
  });

  it("keeps its password out of what Redis says", () => {
    const place = queuePlace({ url: "redis://:secret@h" });
    const said = explainQueue(new Error("ERR unknown thing 'secret'\nand more"), place).toString();
    expect(said).to.equal("Redis at redis://h:6379 says: ERR unknown thing '…' → gradbook status");
  });
});
