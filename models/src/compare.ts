// Owns how far two embeddings are from each other. Must not know where they come from.

export interface Comparison {
  /** Largest absolute difference of two numbers. */
  readonly maxAbsolute: number;
  /** Largest difference of two numbers as a share of the wanted one's size. */
  readonly maxRelative: number;
  /** Length of the difference as a share of the wanted vector's length. */
  readonly relativeNorm: number;
  /** Cosine of the angle between both. */
  readonly cosine: number;
}

/** Compares in float64. All figures are NaN when the lengths differ or a number is none. */
export function compare(got: ArrayLike<number>, want: ArrayLike<number>): Comparison {
  let [maxAbsolute, maxRelative, squares, gotSquares, wantSquares, product] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < Math.max(got.length, want.length); i += 1) {
    const [left, right] = [got[i] ?? Number.NaN, want[i] ?? Number.NaN];
    const difference = Math.abs(left - right);
    // Math.max keeps NaN.
    maxAbsolute = Math.max(maxAbsolute, difference);
    maxRelative = Math.max(maxRelative, difference === 0 ? 0 : difference / Math.abs(right));
    squares += difference ** 2;
    gotSquares += left ** 2;
    wantSquares += right ** 2;
    product += left * right;
  }
  return {
    maxAbsolute,
    maxRelative,
    relativeNorm: Math.sqrt(squares / wantSquares),
    cosine: product / Math.sqrt(gotSquares * wantSquares),
  };
}
