// Attacks on the grader. Each is graded by one and the same checker, and followed by an honest submission.
import { existsSync } from "node:fs";
import { Arena } from "./arena.ts";
import type { Attack, Ground } from "./attack.ts";
import { layGround, type Watched } from "./ground.ts";
import { onBridge } from "./on-bridge.ts";
import { onFeedback } from "./on-feedback.ts";
import { onMachine } from "./on-machine.ts";
import { onNotebook } from "./on-notebook.ts";
import { onSecrets } from "./on-secrets.ts";
import { onTests } from "./on-tests.ts";
import { onTime } from "./on-time.ts";
import { onTypes } from "./on-types.ts";
import { onValues } from "./on-values.ts";

/** Only the names are asked for before there is a ground. */
const NOWHERE: Ground = { folder: "/nowhere", project: "/nowhere", port: 1, socket: "nowhere" };

const all = (ground: Ground): readonly Attack[] => [
  ...onTests,
  ...onValues,
  ...onTime,
  ...onBridge,
  ...onMachine(ground),
  ...onSecrets(ground),
  ...onTypes,
  ...onNotebook,
  ...onFeedback,
];

const LEVELS = {
  bwrap: all,
  landlock: (ground: Ground) => [...onMachine(ground), ...onSecrets(ground)],
  none: () => [...onTests, ...onValues, ...onBridge].filter(({ harmless }) => harmless),
} as const;

for (const level of ["bwrap", "landlock", "none"] as const) {
  describe(`The grader, at the level ${level}, against a submission`, function () {
    this.timeout(90_000);
    let ground: Watched;
    let arena: Arena;

    before(async function () {
      if (process.platform !== "linux" || !existsSync("/proc")) this.skip();
      ground = await layGround();
      arena = await Arena.open(ground, level);
    });
    after(async () => {
      await arena?.close();
      await ground?.close();
    });

    for (const [at, { name }] of LEVELS[level](NOWHERE).entries()) {
      it(name, async () => {
        const attack = LEVELS[level](ground)[at];
        if (attack) await arena.withstands(attack);
      });
    }
  });
}
