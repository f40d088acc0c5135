// @ts-check
// What goes wrong on bad ground, said in one sentence to the person who stands on it.

/** An expected failure: one sentence that says what happened, and the command that helps. */
export class Trouble extends Error {
  /** @param {string} sentence @param {string} [advice] a command, or what to do @param {{ cause?: unknown }} [options] */
  constructor(sentence, advice, options) {
    super(sentence, options);
    this.name = "Trouble";
    this.advice = advice;
  }

  /** @override */
  toString() {
    return this.advice ? `${this.message} → ${this.advice}` : this.message;
  }
}

const NETWORK =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET|name resolution|NewConnectionError|Max retries exceeded|\(from versions: none\)|Connection refused|Network is unreachable/i;

/** @type {[RegExp, (what: string, again: string) => Trouble][]} */
const KNOWN = [
  [
    /ENOSPC|No space left on device|Errno 28|not enough space/i,
    (what, again) => new Trouble(`The disk became full while ${what}`, `free some space, then: ${again}`),
  ],
  [
    /EINTEGRITY|integrity checksum failed/i,
    (what, again) => otherChecksum(what, "npm cache clean --force", again),
  ],
  [/DO NOT MATCH THE HASHES/, (what, again) => otherChecksum(what, "python3 -m pip cache purge", again)],
  [
    /ENOTCACHED/,
    (what, again) =>
      new Trouble(
        `Not all is in the cache that --offline draws on, while ${what}`,
        `once with a network: ${again}`,
      ),
  ],
  [
    /EROFS|Read-only file system/i,
    (what, again) =>
      new Trouble(
        `The disk cannot be written to, as was needed while ${what}`,
        `make it writable, then: ${again}`,
      ),
  ],
  [
    /EACCES|Permission denied|EPERM/i,
    (what, again) =>
      new Trouble(
        `A file could not be written while ${what}`,
        `make the folder yours (chown), then: ${again}`,
      ),
  ],
  [
    NETWORK,
    (what, again) => new Trouble(`The network could not be reached while ${what}`, `connect, then: ${again}`),
  ],
];

/** @param {string} what @param {string} purge @param {string} again */
function otherChecksum(what, purge, again) {
  return new Trouble(
    `What arrived while ${what} is not what was pinned (its checksum differs), so it was not used`,
    `${purge}, then: ${again}`,
  );
}

/**
 * Turns what a tool printed, or an error of Node's, into one sentence.
 * @param {string} output what the tool said @param {string} what we were doing, as in "while …"
 * @param {string} again the command to give again @param {string} [log] where the whole output is
 */
export function explain(output, what, again, log) {
  for (const [pattern, make] of KNOWN) if (pattern.test(output)) return make(what, again);
  const lines = output.split(/\r?\n/).map((line) => line.trim());
  // npm says first what is wrong, most other tools last.
  const npms = lines.find((line) => /^npm error (?!code)\S/.test(line))?.replace("npm error ", "");
  const last = npms ?? lines.filter((line) => line && !/^npm (http|warn|verb|silly)/.test(line)).at(-1);
  return new Trouble(
    `Something failed while ${what}${last ? `: ${last.slice(0, 200)}` : ""}`,
    log ? `read ${log}, then: ${again}` : again,
  );
}

/** @param {unknown} error @returns {error is NodeJS.ErrnoException} */
export function isErrno(error) {
  return error instanceof Error && "code" in error;
}
