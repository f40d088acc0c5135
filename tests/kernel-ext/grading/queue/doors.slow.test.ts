import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { queueGrader } from "../../../../kernel-ext/grading/queue/queue-grader.ts";
import { queueStatus } from "../../../../kernel-ext/grading/queue/status.ts";
import { openWorker } from "../../../../kernel-ext/grading/queue/worker.ts";
import { job, Place, until, WorkerProcess } from "./place.ts";

const quiet = () => {};

describe("Who may come to the queue", function () {
  this.timeout(90_000);
  let place: Place;
  afterEach(() => place?.remove());

  it("is whoever has the password, over TLS, with a certificate where one is asked for", async () => {
    place = await Place.open((folder, port) => {
      certificates(folder);
      const at = (file: string) => join(folder, file);
      return [
        ...["--port", "0", "--tls-port", String(port), "--tls-auth-clients", "yes"],
        ...["--tls-cert-file", at("host.pem"), "--tls-key-file", at("host.key")],
        ...["--tls-ca-cert-file", at("ca.pem"), "--requirepass", "p@ss/word"],
      ];
    });
    const at = (file: string) => join(place.redis.folder, file);
    const files = { ca: at("ca.pem"), cert: at("host.pem"), key: at("host.key") };
    const host = `localhost:${place.redis.port}`;
    const url = `rediss://:p%40ss%2Fword@${host}`;
    const worker = new WorkerProcess({ url, ...files }, place.log);
    await worker.says(/has joined/);
    const grader = await queueGrader({ url, ...files, say: quiet });
    expect((await grader.grade(job("ada", "plain"))).earned).to.equal("plain".length);
    await grader.close();
    worker.process.kill();
    await until(() => worker.gone);
    expect(worker.said).not.to.include("word");

    const refused = [
      [{ url }, /signed by nobody we trust → --queue-ca FILE/],
      [{ url, ca: at("other.pem") }, /signed by nobody we trust/],
      [{ url: url.replace("localhost", "127.0.0.1"), ...files }, /is for another host than 127.0.0.1/],
      // Redis says why, and closes: what comes first is the network's affair.
      [{ url, ca: files.ca }, /(asks for a certificate of ours|closes the connection).*--queue-cert FILE/],
      [{ url: url.replace("rediss", "redis") }, /closes the connection at once → rediss:/],
      [{ url: `rediss://${host}`, ...files }, /asks for a password → GRADBOOK_QUEUE=/],
      [{ url: `rediss://:wrong-one@${host}`, ...files }, /refuses this user or password/],
    ] as const;
    for (const [address, words] of refused) {
      const line = await failure(queueStatus(address, quiet));
      expect(line).to.match(words);
      expect(line).not.to.match(/wrong-one|p@ss|p%40/);
      expect(line).not.to.include("\n");
    }
  });

  it("needs no more of Redis than its own keys and the commands that the help names", async () => {
    place = await Place.open();
    const rights = ["~gradbook:*", "+@all", "-@admin", "-@dangerous", "+info"];
    place.redis.cli("acl", "setuser", "course", "on", ">secret", ...rights);
    place.redis.cli("acl", "setuser", "guest", "on", ">secret", "~other:*", "+@all");
    place.redis.cli("acl", "setuser", "default", "off");
    const url = place.redis.url.replace("//", "//course:secret@");
    const worker = new WorkerProcess({ url }, place.log);
    await worker.says(/has joined/);
    const grader = await queueGrader({ url, say: quiet });
    expect((await grader.grade(job("ada", "plain"))).fault).to.equal(undefined);
    await grader.close();
    expect((await queueStatus({ url }, quiet)).done).to.equal(1);
    worker.process.kill();
    await until(() => worker.gone);
    expect(worker.said.split("\n").map((line) => line.replace(/^\S+-\d+ /, ""))).to.deep.equal([
      `has joined ${place.redis.url}: 1 submission at a time`,
      "ada: 5 of 4 in 0.0 s",
      "",
    ]);
    const guest = place.redis.url.replace("//", "//guest:secret@");
    expect(await failure(queueStatus({ url: guest }, quiet))).to.match(/may not do all .* → ACL SETUSER/);
  });

  it("is only one version of gradbook at a time, and the next one when nobody is there", async () => {
    place = await Place.open();
    const [worker] = await place.workers(1);
    // As if another version had taken it.
    place.redis.cli("set", "gradbook:grading.version", "9.9.9/1");
    await until(() => worker!.gone);
    expect(worker!.process.exitCode).to.equal(1);
    expect(worker!.said).to.match(/in use by gradbook 9\.9\.9, and this is \d.*→ install the same version/);
    place.redis.cli("zadd", "gradbook:grading.workers", String(Date.now()), "theirs");
    const look = () => queueStatus({ url: place.redis.url }, quiet);
    expect(await failure(look())).to.match(/in use by gradbook 9\.9\.9/);
    expect((await queueStatus({ url: `${place.redis.url}?name=other` }, quiet)).workers).to.have.length(0);
    place.redis.cli("zrem", "gradbook:grading.workers", "theirs");
    await place.workers(1);
    expect((await look()).workers).to.have.length(1);
  });

  it("is told of a Redis that may throw jobs away", async () => {
    place = await Place.open(() => ["--maxmemory-policy", "allkeys-lru"]);
    const lines: string[] = [];
    await queueStatus({ url: place.redis.url }, (line) => lines.push(line));
    expect(lines.join()).to.match(/maxmemory-policy allkeys-lru\) → redis-cli config set/);
  });

  it("learns within five seconds, in one line, that there is no Redis", async () => {
    place = await Place.open();
    const silent = await listen(() => {});
    const other = await listen((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const cases = [
      [`redis://127.0.0.1:${silent.port}`, /does not answer → is it the right host/],
      [`redis://127.0.0.1:${other.port}`, /is not Redis → correct the port/],
      ["redis://nowhere.invalid", /no host “nowhere.invalid”/],
      [`${place.redis.url}/77`, /has no database 77/],
    ] as const;
    await place.redis.cli("ping");
    for (const [url, words] of cases) {
      const begun = Date.now();
      expect(await failure(openWorker({ url, workers: 1, level: "none", say: quiet }))).to.match(words);
      expect(Date.now() - begun).to.be.below(5_000);
    }
    silent.server.close();
    other.server.close();
    await place.redis.end();
    expect(await failure(queueStatus({ url: place.redis.url }, quiet))).to.match(/Nothing listens at/);
  });
});

async function failure(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "it did not fail",
    (error: unknown) => String(error),
  );
}

async function listen(answer: (socket: import("node:net").Socket) => void) {
  const server: Server = createServer((socket) => {
    socket.on("error", () => {});
    answer(socket);
  });
  server.listen(0, "127.0.0.1");
  while (!server.listening) await delay(5);
  const address = server.address();
  return { server, port: typeof address === "object" && address ? address.port : 0 };
}

/** ca.pem, and host.pem for localhost, signed by it; other.pem, which has signed nothing. */
function certificates(folder: string): void {
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  for (const name of ["ca", "other"])
    openssl("req", "-x509", ...key, "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.pem`);
  openssl("req", ...key, "-subj", "/CN=localhost", "-keyout", "host.key", "-out", "host.csr");
  writeFileSync(join(folder, "names"), "subjectAltName=DNS:localhost");
  const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names"];
  openssl("x509", "-req", "-in", "host.csr", ...signed, "-out", "host.pem");
}
