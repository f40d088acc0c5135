export {
  type DanfoData,
  type DanfoMaker,
  type DanfoOptions,
  fromDanfo,
  toDanfo,
} from "./danfo.ts";
export type { ReadOptions } from "./elements.ts";
export { FormatError } from "./format-error.ts";
export { formatNpy, parseNpy, readNpy, writeNpy } from "./npy.ts";
export { type NamedTensors, parseNpz, readNpz, writeNpz } from "./npz.ts";
export {
  formatSafetensors,
  parseSafetensors,
  readSafetensors,
  type Safetensors,
  type SafetensorsOptions,
  writeSafetensors,
} from "./safetensors.ts";
export { fromTfjs, type TfjsMaker, type TfjsTensor, toTfjs } from "./tfjs.ts";
