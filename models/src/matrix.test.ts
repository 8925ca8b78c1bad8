// Shows the products and the orthogonality that the models' constants rely on.
import { describe, expect, test } from 'vitest';
import { largestDifference } from '../test/run-model.ts';
import { matrixOf, multiply, orthogonalMatrix } from './matrix.ts';

const identity = (size: number) => matrixOf(size, size, (row, column) => (row === column ? 1 : 0));

describe('multiply', () => {
  test('is the matrix product', () => {
    const left = { rows: 2, columns: 3, values: Float64Array.of(1, 2, 3, 4, 5, 6) };
    const right = { rows: 3, columns: 1, values: Float64Array.of(1, 0, -1) };
    expect(multiply(left, right)).toEqual({ rows: 2, columns: 1, values: Float64Array.of(-2, -2) });
  });

  test('refuses sizes that do not fit', () => {
    expect(() => multiply(identity(2), identity(3))).toThrow('expected 2 rows on the right');
  });
});

describe('orthogonalMatrix', () => {
  test.each([8, 64])('of size %i has orthonormal rows', (size) => {
    const matrix = orthogonalMatrix(size, 7);
    const transposed = matrixOf(size, size, (row, column) => matrix.values[column * size + row] ?? Number.NaN);
    expect(largestDifference(multiply(matrix, transposed).values, identity(size).values)).toBeLessThan(1e-12);
  });

  test('follows from its seed', () => {
    expect(orthogonalMatrix(8, 7)).toEqual(orthogonalMatrix(8, 7));
    expect(largestDifference(orthogonalMatrix(8, 7).values, orthogonalMatrix(8, 8).values)).toBeGreaterThan(0.1);
  });
});
