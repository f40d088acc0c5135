// What of the system answers can read: programs and libraries. No homes, no exchange folders, no packages of others.
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  statSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";

const FOLDERS = [
  "/usr/bin",
  "/usr/sbin",
  "/usr/lib",
  "/usr/lib32",
  "/usr/lib64",
  "/usr/libexec",
  "/usr/local/lib",
];
/** Part of /usr on most systems, and links then. */
const TOP_FOLDERS = ["/bin", "/sbin", "/lib", "/lib32", "/lib64"];
/** The last is where Debian keeps a part of its Node. */
const FILES = ["/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo", "/usr/share/nodejs"];
/** A gradbook that was installed for everybody has its notebooks, with solutions, in here. */
const CLOSED = ["/usr/lib/node_modules", "/usr/local/lib/node_modules"];

/** OpenSSL's own settings lie where answers cannot read, and Node does not start when it is refused them. */
export const BASE_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: "/usr/bin:/bin",
  LANG: "C.UTF-8",
  OPENSSL_CONF: "/dev/null",
};

export const DEVICES: readonly string[] = ["/dev/null", "/dev/urandom", "/dev/random"];

export interface System {
  readonly readable: readonly string[];
  readonly links: readonly (readonly [target: string, path: string])[];
  /** Empty folders stand in their place. */
  readonly closed: readonly string[];
}

export function system(): System {
  const there = TOP_FOLDERS.filter((path) => existsSync(path));
  const isLink = (path: string) => lstatSync(path).isSymbolicLink();
  return {
    readable: [...FOLDERS, ...FILES]
      .filter((path) => existsSync(path))
      .concat(there.filter((path) => !isLink(path))),
    links: there.filter(isLink).map((path) => [readlinkSync(path), path]),
    closed: CLOSED.filter((path) => existsSync(path)),
  };
}

/** The same as a list of what is open, for where nothing can be closed within it. */
export function openPaths({ readable, closed }: System): string[] {
  return readable.flatMap((path) => {
    if (!closed.some((within) => dirname(within) === path)) return [path];
    return readdirSync(path)
      .map((name) => join(path, name))
      .filter((inner) => !closed.includes(inner));
  });
}

/** Where a program is, by the PATH and where systems keep it; nothing where it is not. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin", "/bin", "/usr/sbin", "/sbin"];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** A program as it can be started where its link may not be there. */
export function realProgram(path: string): string {
  return realpathSync(path);
}

/** Every folder above the paths, from the top. */
export function foldersAbove(paths: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    const above: string[] = [];
    for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder))
      above.unshift(folder);
    for (const folder of above) folders.add(folder);
  }
  return [...folders];
}
