// Ports for what tests start. The system's own choice comes from those that it gives to outgoing connections too, and a
// port that it has named is anybody's again before it is used: test files that run side by side took each other's.
import { createServer } from "node:net";

const [FIRST, LAST] = [12_000, 32_000];
/** A process's own. */
const SPAN = 100;

const begin = FIRST + ((process.pid * SPAN) % (LAST - FIRST));
let taken = 0;

export async function freePort(): Promise<number> {
  for (let tries = 0; tries < SPAN; tries++) {
    const port = begin + (taken++ % SPAN);
    if (await isFree(port)) return port;
  }
  throw new Error(`No port is free from ${begin} to ${begin + SPAN - 1}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
