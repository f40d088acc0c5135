import type { DType, TypedArray } from "../tensor/dtype.ts";

/** What a kernel reads or writes: `array()` is a transient view that is valid until the next allocation; `address` is the byte address in the engine's memory, 0 when it lives outside. */
export interface Block {
  readonly dtype: DType;
  readonly length: number;
  readonly address: number;
  array(): TypedArray;
}
