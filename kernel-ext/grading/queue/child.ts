// What a worker starts for each of its places: `node child.js LEVEL`.
import { openGrader } from "../grade/pool.ts";
import type { Level } from "../sandbox/sandbox.ts";
import { serve } from "./serve.ts";

const level = process.argv[2] as Level;
await serve(() => openGrader({ level, workers: 1 }));
