// The level `container`, where docker or podman starts one; elsewhere, that it says so.
import { expect } from "chai";
import type { Case } from "./asked.ts";
import { NETWORK, READING, WRITING } from "./attacks.ts";
import { BOMB, EXCESSES, fine } from "./excesses.ts";
import { trial } from "./inside.ts";

const CANNOT =
  /(No container can be started here|neither is installed|does not start on this machine).*→ .*--sandbox/s;

describe("The sandbox container", function () {
  this.timeout(300_000);

  it("says that none can be started, and what else there is, where no engine answers", async () => {
    const nowhere = { DOCKER_HOST: "unix:///not/there", CONTAINERS_CONF: "/not/there" };
    const { trouble } = await trial("root", "container", {}, nowhere);
    expect(trouble).to.match(CANNOT);
  });

  it("holds what reads, writes and calls, where one can be started", async () => {
    // podman lets a program make namespaces, which is no way out by itself.
    const { mounts: _, ...writing } = WRITING;
    const told = await trial("root", "container", { ...READING, ...writing, ...NETWORK });
    if (told.trouble) return void expect(told.trouble).to.match(CANNOT);
    for (const [name, { printed }] of Object.entries(told.went)) {
      expect(printed, name).to.include("tried").and.not.to.include("OUT");
    }
    expect(told.reached).to.deep.equal([]);
    expect(told.files).to.deep.equal([]);
  });

  it("ends answers by their limits, and leaves nothing, where one can be started", async () => {
    const names = [
      "fills ArrayBuffers",
      "writes one large file",
      "opens files without end",
      "starts processes without end",
    ];
    const cases: Record<string, Case> = { bomb: BOMB, fine };
    for (const name of names) cases[name] = EXCESSES[name] ?? fine;
    const told = await trial("root", "container", cases);
    if (told.trouble) return void expect(told.trouble).to.match(CANNOT);
    expect(names.map((name) => told.went[name]?.end.limit)).to.deep.equal([
      "memory",
      "files",
      "files",
      "processes",
    ]);
    expect(Object.values(told.went).filter(({ left }) => left !== 0)).to.deep.equal([]);
    expect(told.went.fine?.printed).to.equal("fine\n");
  });
});
