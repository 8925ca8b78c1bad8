// Owns dense matrices at double precision, the form in which models' constants are computed. Must not know what they mean.
import { normalGenerator } from './seeded-random.ts';

/** A dense matrix; the value at row r and column c is `values[r * columns + c]`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** Makes a matrix from a function of row and column. */
export function matrixOf(rows: number, columns: number, valueAt: (row: number, column: number) => number): Matrix {
  const values = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) values[row * columns + column] = valueAt(row, column);
  }
  return { rows, columns, values };
}

/** The matrix product. Throws when `left` has not as many columns as `right` has rows. */
export function multiply(left: Matrix, right: Matrix): Matrix {
  if (left.columns !== right.rows) {
    throw new Error(`expected ${left.columns} rows on the right, as many as columns on the left, got ${right.rows}`);
  }
  return matrixOf(left.rows, right.columns, (row, column) => {
    let sum = 0;
    for (let k = 0; k < left.columns; k += 1) sum += at(left, row, k) * at(right, k, column);
    return sum;
  });
}

/**
 * A random orthogonal matrix: rows of normal numbers, made orthonormal one after the other (modified Gram-Schmidt). Multiplying
 * by it keeps lengths and angles. The same seed gives the same matrix.
 */
export function orthogonalMatrix(size: number, seed: number): Matrix {
  const normal = normalGenerator(seed);
  const rows: Float64Array[] = [];
  while (rows.length < size) {
    let row = Float64Array.from({ length: size }, normal);
    for (const earlier of rows) {
      const share = dot(row, earlier);
      row = row.map((value, column) => value - share * (earlier[column] ?? 0));
    }
    const length = Math.sqrt(dot(row, row));
    rows.push(row.map((value) => value / length));
  }
  return matrixOf(size, size, (row, column) => rows[row]?.[column] ?? 0);
}

function dot(left: Float64Array, right: Float64Array): number {
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
}

function at(matrix: Matrix, row: number, column: number): number {
  return matrix.values[row * matrix.columns + column] ?? Number.NaN;
}
