// What lies around an attack, and what is left of one.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import net from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../../source.ts";
import { type Ground, LITTER, SLEEPS } from "./attack.ts";
import { instructorsNotebook } from "./coursework.ts";

export interface Watched extends Ground {
  /** Drawn anew, so that no attack can know them; nobody may read them in a result. */
  readonly secrets: readonly string[];
  /** Everything that reached the servers. */
  readonly hits: readonly string[];
  readonly assignment: string;
  /** The lecturer's files as they are. */
  picture(): Record<string, string>;
  close(): Promise<void>;
}

const ENVIRONMENT = "GRADBOOK_ATTACKED_SECRET";

export async function layGround(): Promise<Watched> {
  const folder = mkdtempSync(join(tmpdir(), "gradbook-attacked-"));
  const secrets = Array.from({ length: 3 }, () => `lecturers-secret-${randomUUID()}`);
  const [inEnvironment = "", inFile = "", inWork = ""] = secrets;
  process.env[ENVIRONMENT] = inEnvironment;
  mkdirSync(join(folder, "anna"));
  writeFileSync(join(folder, "secret.json"), JSON.stringify({ [inFile]: inFile }));
  writeFileSync(join(folder, "secret.ts"), `export const secret = "${inFile}" as const;\n`);
  writeFileSync(join(folder, "gradebook.db"), "anna 3/4");
  writeFileSync(join(folder, "results.json"), "{}");
  writeFileSync(join(folder, "anna", "work.ipynb"), `{"cells": ["${inWork}"]}`);
  const assignment = join(folder, "homework.ipynb");
  writeFileSync(assignment, instructorsNotebook());
  const hits: string[] = [];
  const socket = `gradbook-attacked-${process.pid}`;
  const web = createServer((request, response) => {
    hits.push(`network: ${request.url}`);
    response.end("reached");
  });
  const local = net.createServer((connection) => {
    hits.push("abstract socket");
    connection.on("error", () => {}).end();
  });
  const port = await listening(web, 0, "127.0.0.1");
  await listening(local, { path: `\0${socket}` });
  return {
    folder,
    project: ROOT,
    port,
    socket,
    secrets,
    hits,
    assignment,
    picture: () => pictureOf(folder),
    async close() {
      web.close();
      local.close();
      delete process.env[ENVIRONMENT];
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listening(server: Server | net.Server, ...where: readonly unknown[]): Promise<number> {
  Reflect.apply(server.listen, server, where);
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

function pictureOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return Object.fromEntries(
    files.map((file) => {
      const path = join(folder, file);
      const { mode, nlink } = statSync(path);
      return [file, `${mode} ${statSync(path).isFile() ? `${nlink} ${readFileSync(path, "utf8")}` : ""}`];
    }),
  );
}

const PLACES = () => [
  ...["/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/etc", homedir(), process.cwd(), tmpdir()],
  ...[ROOT, join(ROOT, ".."), join(ROOT, "build"), join(ROOT, "build", "dist"), join(ROOT, "node_modules")],
];

/** Files that attacks have made outside of their sandbox. */
export function litter(folders: readonly string[] = []): string[] {
  return [...new Set([...PLACES(), ...folders])].flatMap((folder) => {
    try {
      return readdirSync(folder)
        .filter((name) => name.startsWith(LITTER))
        .map((name) => join(folder, name));
    } catch {
      return [];
    }
  });
}

interface ProcessSeen {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

export function processes(): ProcessSeen[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      // A dead one that its parent has not noticed yet is none.
      return state === "Z" ? [] : [{ pid: Number(name), parent: Number(parent), command }];
    } catch {
      return [];
    }
  });
}

/** Checkers of this process. */
export const checkers = (): number[] =>
  processes()
    .filter(({ parent, command }) => parent === process.pid && command.includes("checker-main.js"))
    .map(({ pid }) => pid);

/** Processes that an attack has left: those it named, and all below a checker that has nothing to do. */
export function leftBehind(): string[] {
  const all = processes();
  const idle = new Set(checkers());
  return all
    .filter(
      ({ parent, command }) => command.includes(String(SLEEPS)) || (idle.has(parent) && !isHelper(command)),
    )
    .map(({ pid, command }) => `${pid} ${command.slice(0, 200)}`);
}

/** A checker may keep helpers of its own. */
const isHelper = (command: string): boolean =>
  /kernel-ext\/(grading\/(sandbox|grade)|language)\//.test(command);
