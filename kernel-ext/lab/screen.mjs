// @ts-check
// What a step looks like while it runs: one line that moves in a terminal, plain lines elsewhere.

const BAR = 24;

/** @param {number} bytes */
export function size(bytes) {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`;
  return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
}

/** @param {number} ms */
export function duration(ms) {
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** "1 figure", "2 figures". @param {number} count @param {string} what */
export const counted = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

/**
 * @typedef {object} Screen
 * @property {(line: string) => void} say a line that stays
 * @property {(done: number, total: number, label?: string) => void} progress
 * @property {() => void} clear takes the moving line away
 */

/**
 * @param {{ write(text: string): unknown, isTTY?: boolean, columns?: number }} out
 * @returns {Screen}
 */
export function screen(out = process.stdout) {
  const moving = out.isTTY === true;
  let started = Date.now();
  let shown = 0;
  let drawn = false;
  let tenth = 0;
  const clear = () => {
    if (drawn) out.write("\r\x1b[2K");
    drawn = false;
  };
  return {
    clear,
    say(line) {
      clear();
      out.write(`${line}\n`);
      started = Date.now();
      tenth = 0;
    },
    progress(done, total, label = "") {
      const share = total > 0 ? Math.min(1, done / total) : 0;
      const elapsed = Date.now() - started;
      if (!moving) {
        // A log wants a few lines, not a thousand: one for each fifth of the way, of what takes long.
        const now = Math.floor(share * 5);
        if (now > tenth && now < 5 && elapsed > 2000) out.write(`  ${now * 20} %  ${label}\n`);
        tenth = Math.max(tenth, now);
        return;
      }
      if (Date.now() - shown < 100 && done < total) return;
      shown = Date.now();
      const filled = Math.round(share * BAR);
      const bar = "█".repeat(filled) + "░".repeat(BAR - filled);
      const left = share > 0.05 && share < 1 ? `, ${duration((elapsed / share) * (1 - share))} left` : "";
      const line = `  ${bar} ${String(Math.round(share * 100)).padStart(3)} %  ${label} ${duration(elapsed)}${left}`;
      out.write(`\r\x1b[2K${line.slice(0, (out.columns ?? 80) - 1)}`);
      drawn = true;
    },
  };
}
