export { type FanOptions, type Fans, fans } from "./fans.ts";
export { type GainOf, gainOf, leakyGain, measuredGain } from "./gain.ts";
export {
  constant,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initializer,
  type InitOptions,
  identity,
  lecunNormal,
  lecunUniform,
  normal,
  ones,
  orthogonal,
  type ScaledOptions,
  truncated,
  uniform,
  zeros,
} from "./initializers.ts";
