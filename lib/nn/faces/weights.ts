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
import { weightName } from "./networks.ts";

/** A network with its weights. */
export interface Pretrained {
  readonly model: Block;
  readonly variables: Variables;
}

/** SHA-256 of each network's manifest and weights, as they are in 1.7.15: 8 bits of a weight prove nothing by themselves. */
const FILES = {
  tiny_face_detector: [
    "5d1af4849ac48d5b985f4a9b16010c512353ddd6fcc63d50fd0bc9e9e64296e5",
    "b7503ce7df31039b1c43316a9b865cab6a70dd748cc602d3fa28b551503c3871",
  ],
  face_landmark_68: [
    "ca4886639f86e99b39fed0c155f81b63317225773bd9616716e887b0153389c9",
    "4611ef65c87d836d03d684b30eec4d195d8b219fa1dd58fc58945831c6b9299b",
  ],
  face_recognition: [
    "cbaffa501b0b9275a12b63357a6843e7e30c054e1c9151e1a5f879b26e32986b",
    "b413e420d6840b2775fba32008db6f3cddb07d485967fb42cfcf379c16a8c589",
  ],
  ssd_mobilenetv1: [
    "888f744dffbc84f5f060d1f8427d9742341943a2dfaaf9205d10029b7e7a2955",
    "2835640602d53718aa6ae9a42896327eaa21beefed056c218d32ca7d79e1e2f8",
  ],
} as const;

const INSTALL = "npm install @vladmandic/face-api@1.7.15";

/** Reads a network's weights, for pictures of this side, and all tensors of its file; throws where a byte is another. */
export function readWeights(
  folder: string,
  name: keyof typeof FILES,
  model: Block,
  side: number,
): { readonly network: Pretrained; readonly tensors: Params } {
  const manifest = join(folder, `${name}_model-weights_manifest.json`);
  [manifest, join(folder, `${name}_model.bin`)].forEach((path, i) => {
    check(path, FILES[name][i]!);
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
