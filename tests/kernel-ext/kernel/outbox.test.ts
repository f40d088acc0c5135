import { expect } from "chai";
import { Outbox } from "../../../kernel-ext/wire/outbox.ts";

describe("What the kernel sends by a socket", () => {
  const sent: string[] = [];
  /** A socket that takes its time, refuses “late” later and “now” at once. */
  const socket = {
    send([frame]: (Uint8Array | string)[]): Promise<void> {
      if (frame === "now") throw new Error("closed");
      return new Promise((resolve, reject) => {
        setTimeout(() => {
          if (frame === "late") return reject(new Error("gone"));
          sent.push(String(frame));
          resolve();
        }, 1);
      });
    },
  };
  const said: string[] = [];
  const hear = ({ message }: Error): void => void said.push(message);
  before(() => process.on("warning", hear));
  after(() => process.off("warning", hear));

  it("goes in its order, and what a socket refuses holds up nothing", async () => {
    const outbox = new Outbox(socket);
    for (const frame of ["now", "1", "late", "2", "now"]) outbox.send([frame]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    outbox.send(["now"]);
    outbox.send(["3"]);
    await outbox.close();
    expect(sent).to.deep.equal(["1", "2", "3"]);
    expect(said.filter((line) => line.includes("was not sent"))).to.have.length(4);
    // Its socket is closed now, and must not be asked again.
    outbox.send(["now"]);
    outbox.send(["4"]);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(sent).to.deep.equal(["1", "2", "3"]);
    expect(said.filter((line) => line.includes("was not sent"))).to.have.length(4);
  });
});
