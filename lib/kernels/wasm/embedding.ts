/** Rows [from, to) of y: row i is row indices[i] (int32) of the table. */
export function gatherRows(
  from: usize,
  to: usize,
  table: usize,
  indices: usize,
  y: usize,
  width: usize,
): void {
  for (let i = from; i < to; i++) {
    let source = table + 4 * <usize>load<i32>(indices + 4 * i) * width;
    let target = y + 4 * i * width;
    let left = width;
    for (; left >= 4; left -= 4) {
      v128.store(target, v128.load(source));
      source += 16;
      target += 16;
    }
    for (; left > 0; left--) {
      store<f32>(target, load<f32>(source));
      source += 4;
      target += 4;
    }
  }
}

/** table[indices[i]] += g[i] for those i whose index lies in [from, to): threads that share out the table never meet. */
export function scatterAddRows(
  from: usize,
  to: usize,
  table: usize,
  indices: usize,
  count: usize,
  g: usize,
  width: usize,
): void {
  for (let i: usize = 0; i < count; i++) {
    const index = <usize>load<i32>(indices + 4 * i);
    if (index < from || index >= to) continue;
    const target = table + 4 * index * width;
    const source = g + 4 * i * width;
    let j: usize = 0;
    for (; j + 4 <= width; j += 4) {
      v128.store(target + 4 * j, f32x4.add(v128.load(target + 4 * j), v128.load(source + 4 * j)));
    }
    for (; j < width; j++) store<f32>(target + 4 * j, load<f32>(target + 4 * j) + load<f32>(source + 4 * j));
  }
}
