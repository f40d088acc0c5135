// Files of npm packages, found where Node would look for the package and checked before they are used.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

/** Data that is missing or not what it was; the message names the command that mends it. */
export class DataError extends Error {
  override readonly name = "DataError";
}

/** What brings back a file of a package that package.json names. */
const MEND = "Install it again with `npm ci`.";

/** A file that a loader wants. */
export interface PackageFile {
  /** The loader, for the message. */
  readonly loader: string;
  readonly package: string;
  /** Within the package. */
  readonly path: string;
  /** The SHA-256 that the file must have, or its first digits. */
  readonly sha256: string;
  /** The package's folder, if not where Node finds it. */
  readonly folder?: string | undefined;
}

/** The bytes of a file of a package, which are what they were. */
export async function packageFile(file: PackageFile): Promise<Buffer> {
  const { loader } = file;
  const path = join(file.folder ?? packageFolder(file), file.path);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new DataError(`${loader}: cannot read ${path}, part of the npm package ${file.package}. ${MEND}`, {
      cause,
    });
  });
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found.startsWith(file.sha256) && file.sha256.length >= 12) return bytes;
  throw new DataError(
    `${loader}: ${path} is not the file that it was (its SHA-256 starts ${found.slice(0, 12)}, and ` +
      `${file.sha256.slice(0, 12)} is expected). ${MEND}`,
  );
}

/** Looks through the node_modules folders from here upwards: not every package lets its package.json be resolved. */
export function packageFolder({ loader, package: name }: Pick<PackageFile, "loader" | "package">): string {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const found = folders.map((folder) => join(folder, name)).find((folder) => existsSync(folder));
  if (found !== undefined) return found;
  throw new DataError(`${loader}: the npm package ${name}, which holds the data, is not installed. ${MEND}`);
}
