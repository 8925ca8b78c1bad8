// Owns how alike rows of numbers are. Must not know what they stand for.

/** Cosine of each row with each; 0 with a row of zeros, which has no direction. Row by row, symmetric, rounded to −1 … 1. */
export function cosineMatrix(rows: readonly Float32Array[]): number[][] {
  const lengths = rows.map((row) => Math.sqrt(dot(row, row)));
  return rows.map((row, i) =>
    rows.map((other, j) => {
      const scale = (lengths[i] ?? 0) * (lengths[j] ?? 0);
      // Adding 0 makes 0 of -0, which would be printed as such.
      return scale === 0 ? 0 : Math.max(-1, Math.min(1, dot(row, other) / scale)) + 0;
    }),
  );
}

/**
 * How strongly each cosine is coloured, 0 … 1. Most models' cosines lie close together, so the least and the most alike of different rows
 * are the ends; where all are alike, as with two rows, there is nothing to compare with but 1.
 */
export function shadesOf(cosines: readonly (readonly number[])[]): number[][] {
  const others = cosines.flatMap((line, i) => line.filter((_, j) => j !== i));
  const lowest = Math.min(...others);
  const range = Math.max(...others) - lowest;
  return cosines.map((line, i) =>
    line.map((cosine, j) => {
      if (i === j) return 1;
      return range === 0 ? Math.max(0, cosine) : (cosine - lowest) / range;
    }),
  );
}

/** In float64. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}
