// What every wasm kernel builds on. This folder is AssemblyScript: TypeScript with machine types, compiled to
// WebAssembly by the set-up, once for engines with relaxed SIMD and once for those without.

/** a·b + c in four lanes: one rounding where the engine has relaxed SIMD (a fused multiply-add), else two. */
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** The sum of the four lanes. */
export function sumLanes(x: v128): f32 {
  return (
    f32x4.extract_lane(x, 0) +
    f32x4.extract_lane(x, 1) +
    (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
  );
}
