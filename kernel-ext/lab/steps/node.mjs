// @ts-check
// Another Node than the machine's, from npm's own packages: for `--node 24`, and for tests on all three.
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { aside, readJson } from "../files.mjs";
import { fingerprint } from "../steps.mjs";
import { tool } from "../tool.mjs";
import { Trouble } from "../trouble.mjs";
import { npm } from "./packages.mjs";

const PINS = join(dirname(dirname(fileURLToPath(import.meta.url))), "node-pins.json");

/** @param {string} root @param {string} major */
export const nodeBinary = (root, major) =>
  process.versions.node.startsWith(`${major}.`)
    ? process.execPath
    : join(root, "build", "node", major, "bin", "node");

/** @returns {Record<string, { package: string, integrity: string }>} what can be had for this machine, by version */
function pins() {
  return readJson(PINS)?.[`${process.platform}-${process.arch}`] ?? {};
}

/**
 * @param {{ root: string, again: string, offline: boolean, major: string }} context
 * @returns {import("../steps.mjs").Step}
 */
export function nodeStep({ root, again, offline, major }) {
  const pin = pins()[major];
  const folder = join(root, "build", "node", major);
  return {
    id: `node-${major}`,
    title: `Node ${major} for the kernel`,
    cost: "about 50 MB to download, 120 MB on disk",
    bytes: 180e6,
    fingerprint: () => fingerprint(pin?.integrity ?? process.version),
    present: () => existsSync(nodeBinary(root, major)),
    before() {
      if (process.versions.node.startsWith(`${major}.`)) return;
      if (!pin) {
        const known = Object.keys(pins()).join(", ") || "none";
        throw new Trouble(
          `Node ${major} cannot be brought for this machine (${process.platform} ${process.arch}; known: ${known})`,
          "leave --node out, and the machine's own Node is used",
        );
      }
      if (offline)
        throw new Trouble(`Node ${major} is not here yet, and --offline keeps it out`, "leave --offline out");
    },
    async run() {
      if (!pin || process.versions.node.startsWith(`${major}.`)) return "the machine's own";
      const part = aside(folder);
      mkdirSync(part, { recursive: true });
      try {
        const what = `bringing Node ${major}`;
        const log = join(root, "build", "logs", "node.log");
        const { command, args } = npm();
        await tool(command, [...args, "pack", pin.package, "--pack-destination", part, "--fetch-retries=1"], {
          what,
          again,
          log,
          cwd: root,
        });
        const tarball = join(part, `${pin.package.replace("@", "-")}.tgz`);
        const [algorithm = "", expected] = pin.integrity.split(/-(.*)/s);
        if (createHash(algorithm).update(readFileSync(tarball)).digest("base64") !== expected) {
          throw new Trouble(
            `Node ${major} arrived with another checksum than the pinned one, so it was not used`,
            `npm cache clean --force, then: ${again}`,
          );
        }
        await tool("tar", ["-xzf", tarball, "-C", part, "--strip-components=1", "package/bin/node"], {
          what,
          again,
          log,
        });
        rmSync(tarball);
        chmodSync(join(part, "bin", "node"), 0o755);
        rmSync(folder, { recursive: true, force: true });
        renameSync(part, folder);
      } finally {
        rmSync(part, { recursive: true, force: true });
      }
      return pin.package.split("@")[1];
    },
  };
}
