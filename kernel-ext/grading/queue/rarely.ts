// What goes wrong goes wrong again each second, and is said once.

const PAUSE = 60_000;

/** Says a line, and the same one not again within a minute. */
export function rarely(say: (line: string) => void): (line: string) => void {
  const said = new Map<string, number>();
  return (line) => {
    const now = Date.now();
    if (now - (said.get(line) ?? -PAUSE) < PAUSE) return;
    if (said.size > 100) said.clear();
    said.set(line, now);
    say(line);
  };
}
