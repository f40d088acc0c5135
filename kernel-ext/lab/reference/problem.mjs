// @ts-check
// A failure of this step that a person can do something about: what happened, and the command or step that
// mends it. Anything else that is thrown is a defect of ours and keeps its stack.
import { Trouble } from "../trouble.mjs";

export class NativeProblem extends Trouble {
  /**
   * @param {string} what what happened, without a full stop
   * @param {string} advice what helps
   * @param {{ cause?: unknown }} [options]
   */
  constructor(what, advice, options) {
    super(what, advice, options);
    this.name = "NativeProblem";
  }
}

/**
 * The `code` of a system error, or undefined.
 * @param {unknown} error
 * @returns {string | undefined}
 */
export function codeOf(error) {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

const NOT_WRITABLE = new Set(["EACCES", "EROFS", "EPERM", "ENOTDIR"]);

/**
 * A system error while writing below `folder`, in words; what it is not, is given back as it came.
 * @param {unknown} error
 * @param {string} folder
 */
export function writingProblem(error, folder) {
  const code = codeOf(error);
  if (code === "ENOSPC" || code === "EDQUOT") return noSpace(folder, { cause: error });
  return code && NOT_WRITABLE.has(code) ? notWritable(folder, code, error) : error;
}

/**
 * The same for making the folder itself, where Node reports a read-only disk as ENOENT, too.
 * @param {unknown} error
 * @param {string} folder
 */
export function makingProblem(error, folder) {
  return codeOf(error) === "ENOENT" ? notWritable(folder, "ENOENT", error) : writingProblem(error, folder);
}

/**
 * @param {string} folder
 * @param {string} code
 * @param {unknown} cause
 */
function notWritable(folder, code, cause) {
  return new NativeProblem(
    `${folder} cannot be written (${code})`,
    "make it writable, or choose another cache with GRADBOOK_CACHE=/some/folder",
    { cause },
  );
}

/**
 * @param {string} folder
 * @param {{ cause?: unknown, needs?: number, free?: number }} [known]
 */
export function noSpace(folder, { cause, needs, free } = {}) {
  const figures =
    needs === undefined || free === undefined ? "" : ` (${size(needs)} needed, ${size(free)} free)`;
  return new NativeProblem(
    `No space left for libtensorflow in ${folder}${figures}`,
    "free some, or choose another disk with GRADBOOK_CACHE=/some/folder",
    { cause },
  );
}

/**
 * Bytes as people say them.
 * @param {number} bytes
 */
export function size(bytes) {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
