// @ts-check
// The npm packages, exactly those of the lock file.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fingerprint } from "../steps.mjs";
import { tool } from "../tool.mjs";
import { Trouble } from "../trouble.mjs";

/** @param {{ root: string, again: string, offline: boolean }} context @returns {import("../steps.mjs").Step} */
export function packagesStep({ root, again, offline }) {
  const lock = join(root, "package-lock.json");
  // What npm writes when all is in its place.
  const whole = join(root, "node_modules", ".package-lock.json");
  return {
    id: "packages",
    title: "npm packages",
    cost: "about 180 MB to download, 620 MB on disk",
    bytes: 700e6,
    fingerprint: () => fingerprint(readFileSync(lock), process.platform, process.arch),
    present: () => existsSync(whole),
    undo: () => {
      if (!existsSync(whole)) rmSync(join(root, "node_modules"), { recursive: true, force: true });
    },
    async run(screen) {
      const total = Object.keys(JSON.parse(readFileSync(lock, "utf8")).packages).length;
      const { command, args } = npm();
      let fetched = 0;
      const retries = ["--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"];
      await tool(
        command,
        [...args, "ci", "--include=dev", "--loglevel=http", ...retries, ...(offline ? ["--offline"] : [])],
        {
          what: "installing the npm packages",
          again,
          cwd: root,
          env: { ...process.env, NODE_ENV: "development" },
          log: join(root, "build", "logs", "npm.log"),
          missing: new Trouble("npm was not found beside Node", "install Node 20, 22 or 24 with npm"),
          onLine: (line) => {
            if (/^npm http (fetch|cache)/.test(line))
              screen.progress(++fetched, total, `${fetched}/${total} packages`);
          },
        },
      );
      return `${total} packages`;
    },
  };
}

/**
 * npm as it was called, or the one on the PATH.
 * @returns {{ command: string, args: string[] }}
 */
export function npm() {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.js$/.test(script)) return { command: process.execPath, args: [script] };
  return { command: process.platform === "win32" ? "npm.cmd" : "npm", args: [] };
}
