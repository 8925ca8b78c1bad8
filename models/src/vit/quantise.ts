// Owns the rounding of weights to 8-bit integers with a scale for each column. Must not know graphs.

export interface Int8Weights {
  /** Row-major as they came, -127 … 127. */
  readonly values: Int8Array;
  /** One for each column: a weight is about its integer times its column's scale. */
  readonly scales: Float32Array;
}

const STEPS = 127;

/** Rounds row-major `[rows, columns]` numbers, the largest of each column to ±127. */
export function quantiseColumns(weights: Float32Array, rows: number, columns: number): Int8Weights {
  const scales = new Float32Array(columns);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const size = Math.abs(weights[row * columns + column] ?? Number.NaN);
      if (size > (scales[column] ?? 0)) scales[column] = size;
    }
  }
  // A column of zeros needs a scale to divide by; any does.
  for (let column = 0; column < columns; column += 1) scales[column] = (scales[column] || 1) / STEPS;
  const values = new Int8Array(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const place = row * columns + column;
      values[place] = Math.round((weights[place] ?? Number.NaN) / (scales[column] ?? Number.NaN));
    }
  }
  return { values, scales };
}
