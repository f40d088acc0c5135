/** Runs [from, to) of `run` bytes each, from one even spacing to another. */
export function copyRuns(
  from: usize,
  to: usize,
  x: usize,
  y: usize,
  run: usize,
  stepX: usize,
  stepY: usize,
): void {
  for (let i = from; i < to; i++) memory.copy(y + i * stepY, x + i * stepX, run);
}

/**
 * Planes [from, to) of a copy into a row-major [d0, d1, d2, d3] from anywhere: source strides s0 … s3 in elements.
 * A plane is one index pair of the first two axes.
 */
export function permute(
  from: usize,
  to: usize,
  x: usize,
  y: usize,
  d1: usize,
  d2: usize,
  d3: usize,
  s0: isize,
  s1: isize,
  s2: isize,
  s3: isize,
): void {
  for (let plane = from; plane < to; plane++) {
    const i0 = plane / d1;
    const i1 = plane - i0 * d1;
    const source = x + 4 * <usize>(<isize>i0 * s0 + <isize>i1 * s1);
    const target = y + 4 * plane * d2 * d3;
    if (s3 == 1) {
      for (let i: usize = 0; i < d2; i++)
        copyRow(source + 4 * <usize>(<isize>i * s2), target + 4 * i * d3, d3);
    } else if (s2 == 1) transpose(source, 4 * <usize>s3, target, 4 * d3, d2, d3);
    else {
      for (let i: usize = 0; i < d2; i++) {
        let at = source + 4 * <usize>(<isize>i * s2);
        for (let j: usize = 0; j < d3; j++) {
          store<u32>(target + 4 * (i * d3 + j), load<u32>(at));
          at += 4 * <usize>s3;
        }
      }
    }
  }
}

/** Short rows are not worth the call of memory.copy. */
function copyRow(x: usize, y: usize, count: usize): void {
  if (count > 64) {
    memory.copy(y, x, 4 * count);
    return;
  }
  let i: usize = 0;
  for (; i + 4 <= count; i += 4) v128.store(y + 4 * i, v128.load(x + 4 * i));
  for (; i < count; i++) store<u32>(y + 4 * i, load<u32>(x + 4 * i));
}

/** y[i][j] = x[j][i], i < rows, j < columns; row j of x starts at x + j·stepX, row i of y at y + i·stepY (bytes). */
function transpose(x: usize, stepX: usize, y: usize, stepY: usize, rows: usize, columns: usize): void {
  // Squares of 32 by 32: 4 KB on each side, so that every cache line is used up while it is there.
  for (let i0: usize = 0; i0 < rows; i0 += 32) {
    const stopI = min(i0 + 32, rows);
    for (let j0: usize = 0; j0 < columns; j0 += 32) {
      const stopJ = min(j0 + 32, columns);
      let i = i0;
      for (; i + 4 <= stopI; i += 4) {
        let j = j0;
        for (; j + 4 <= stopJ; j += 4)
          transposeFour(x + j * stepX + 4 * i, stepX, y + i * stepY + 4 * j, stepY);
        for (; j < stopJ; j++) {
          for (let r: usize = 0; r < 4; r++) {
            store<u32>(y + (i + r) * stepY + 4 * j, load<u32>(x + j * stepX + 4 * (i + r)));
          }
        }
      }
      for (; i < stopI; i++) {
        for (let j = j0; j < stopJ; j++) store<u32>(y + i * stepY + 4 * j, load<u32>(x + j * stepX + 4 * i));
      }
    }
  }
}

function transposeFour(x: usize, stepX: usize, y: usize, stepY: usize): void {
  const x0 = v128.load(x);
  const x1 = v128.load(x + stepX);
  const x2 = v128.load(x + 2 * stepX);
  const x3 = v128.load(x + 3 * stepX);
  const low01 = i32x4.shuffle(x0, x1, 0, 4, 1, 5);
  const high01 = i32x4.shuffle(x0, x1, 2, 6, 3, 7);
  const low23 = i32x4.shuffle(x2, x3, 0, 4, 1, 5);
  const high23 = i32x4.shuffle(x2, x3, 2, 6, 3, 7);
  v128.store(y, i64x2.shuffle(low01, low23, 0, 2));
  v128.store(y + stepY, i64x2.shuffle(low01, low23, 1, 3));
  v128.store(y + 2 * stepY, i64x2.shuffle(high01, high23, 0, 2));
  v128.store(y + 3 * stepY, i64x2.shuffle(high01, high23, 1, 3));
}
