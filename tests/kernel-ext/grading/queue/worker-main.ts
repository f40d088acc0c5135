// A worker as `gradbook worker` runs it, with the stand-in for its grader: `node worker-main.js OPTIONS-AS-JSON`.
import { fileURLToPath } from "node:url";
import { openWorker } from "../../../../kernel-ext/grading/queue/worker.ts";

const worker = await openWorker({
  level: "none",
  program: fileURLToPath(new URL("./stand-in.js", import.meta.url)),
  say: (line) => process.stdout.write(`${line}\n`),
  ...JSON.parse(process.argv[2] ?? "{}"),
});
process.on("SIGTERM", () => worker.leave());
await worker.ended.catch((error) => {
  process.stdout.write(`${error}\n`);
  process.exitCode = 1;
});
setTimeout(() => process.exit(), 500).unref();
