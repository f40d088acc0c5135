// @ts-check
// Nothing is ever written half: a file is written aside and renamed, a folder likewise.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

let counter = 0;

/**
 * A name beside `path` that no other process uses.
 * @param {string} path
 */
export function aside(path) {
  return `${path}.${process.pid}-${counter++}.part`;
}

/**
 * Writes a file whole or not at all.
 * @param {string} path
 * @param {string | Uint8Array} content
 */
export function writeAside(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  const part = aside(path);
  try {
    writeFileSync(part, content);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/**
 * The parsed content of a JSON file, or undefined where there is none or it is damaged.
 * @param {string} path
 */
export function readJson(path) {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
