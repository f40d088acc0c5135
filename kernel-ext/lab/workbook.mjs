// @ts-check
// The student's copy of the lessons. What a student has touched is never overwritten; what they have not
// touched follows the course.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readJson, writeAside } from "./files.mjs";

/** Which text each lesson had when it was copied. */
const LEDGER = ".gradbook.json";

/**
 * @param {string} root
 * @returns {{ added: string[], updated: string[], kept: string[] }} kept: changed by the student and by the course
 */
export function makeWorkbook(root) {
  const from = join(root, "notebooks");
  const to = join(root, "workbook");
  mkdirSync(to, { recursive: true });
  /** @type {Record<string, string>} */
  const ledger = { ...readJson(join(to, LEDGER)) };
  const before = JSON.stringify(ledger);
  /** @type {{ added: string[], updated: string[], kept: string[] }} */
  const result = { added: [], updated: [], kept: [] };
  for (const name of readdirSync(from).filter((file) => file.endsWith(".ipynb"))) {
    const source = readFileSync(join(from, name), "utf8");
    const copy = join(to, name);
    const there = existsSync(copy) ? readFileSync(copy, "utf8") : undefined;
    if (there === undefined) result.added.push(name);
    else if (there === source) {
      // Also where a start was ended between a copy and the ledger.
      ledger[name] = digest(source);
      continue;
    } else if (digest(source) === ledger[name]) continue;
    else if (digest(there) === ledger[name]) result.updated.push(name);
    else {
      result.kept.push(name);
      continue;
    }
    writeAside(copy, source);
    ledger[name] = digest(source);
  }
  if (JSON.stringify(ledger) !== before) writeAside(join(to, LEDGER), `${JSON.stringify(ledger, null, 2)}\n`);
  return result;
}

/** @param {string} text */
const digest = (text) => createHash("sha256").update(text).digest("hex");
