// npm's archives (.tgz): how to have one, and the files in it.
import { execFile } from "node:child_process";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { createGunzip } from "node:zlib";

const run = promisify(execFile);

/**
 * The archive of a package, fetched by npm into an empty folder, and how many bytes have come so far. npm's cache in the user's home
 * is read, if the package is there, and otherwise left alone: it would keep the whole archive.
 */
export async function fetchArchive(
  spec: string,
  room: string,
  progress: (bytes: number) => void,
): Promise<string> {
  const watch = setInterval(() => {
    sizeOfFolder(room).then(progress, () => {});
  }, 200);
  try {
    await pack(spec, room, ["--offline"]).catch(() => pack(spec, room, ["--cache", join(room, "cache")]));
  } finally {
    clearInterval(watch);
  }
  const archive = (await readdir(room)).find((name) => name.endsWith(".tgz"));
  if (archive === undefined) throw new Error("npm fetched nothing");
  return join(room, archive);
}

async function pack(spec: string, room: string, options: readonly string[]): Promise<void> {
  // A kernel may have been started without npm on its PATH; then it is beside Node.
  const PATH = [process.env.PATH, dirname(process.execPath)].join(delimiter);
  // Without a network, npm would else try for more than a minute.
  const patience = ["--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=4000"];
  const args = ["pack", spec, "--loglevel=error", "--pack-destination", room, ...patience, ...options];
  await run("npm", args, { env: { ...process.env, PATH } }).catch((error: Error & { stderr?: string }) => {
    const lines = (error.stderr ?? "")
      .split("\n")
      .filter((line) => /^npm error (?!code|syscall|errno|path|dest|A complete log)\S/.test(line));
    throw new Error(lines[0]?.replace("npm error ", "") ?? error.message, { cause: error });
  });
}

async function sizeOfFolder(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/**
 * A file of a .tgz archive, piece by piece: blocks of 512 bytes, a header with the name and the size (in octal) before each
 * file. Ends without a piece where there is no such file.
 */
export async function* memberOf(archive: string, name: string): AsyncGenerator<Buffer> {
  const source = createReadStream(archive);
  const tar = createGunzip();
  source.on("error", (error) => tar.destroy(error)).pipe(tar);
  let held = Buffer.alloc(0);
  // Of the file that is gone through: bytes to come, the zeros that fill its last block, and whether it is the one.
  let [left, filling, wanted] = [0, 0, false];
  try {
    for await (const chunk of tar) {
      held = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
      while (held.length > 0) {
        if (left > 0) {
          const piece = held.subarray(0, left);
          if (wanted) yield piece;
          [left, held] = [left - piece.length, held.subarray(piece.length)];
          if (left === 0 && wanted) return;
          continue;
        }
        if (held.length < filling + 512) break;
        const header = held.subarray(filling, filling + 512);
        held = held.subarray(filling + 512);
        left = Number.parseInt(header.toString("latin1", 124, 136), 8) || 0;
        filling = (512 - (left % 512)) % 512;
        wanted = header.toString("utf8", 0, 100).replace(/\0.*$/s, "") === name;
      }
    }
  } finally {
    source.destroy();
    tar.destroy();
  }
}
