// What a worker starts for each of its places: `node child.js LEVEL`.
import type { Grader, GraderOptions } from "../grade/job.ts";
import type { Level } from "../sandbox/sandbox.ts";
import { serve } from "./serve.ts";

const level = process.argv[2] as Level;
await serve(async () => {
  const { openGrader } = (await import(new URL("../grade/grader.js", import.meta.url).href)) as {
    openGrader(options: GraderOptions): Promise<Grader>;
  };
  return openGrader({ level, workers: 1 });
});
