import { expect, test } from 'vitest';
import { cosineMatrix } from './cosines.ts';

test('rows are compared by direction alone', () => {
  const rows = [
    [1, 0],
    [10, 0],
    [0, 2],
    [-3, 0],
    [1, 1],
    [0, 0],
  ].map((row) => Float32Array.from(row));
  const half = expect.closeTo(Math.SQRT1_2, 12);
  expect(cosineMatrix(rows)).toEqual([
    [1, 1, 0, -1, half, 0],
    [1, 1, 0, -1, half, 0],
    [0, 0, 1, 0, half, 0],
    [-1, -1, 0, 1, expect.closeTo(-Math.SQRT1_2, 12), 0],
    [half, half, half, expect.closeTo(-Math.SQRT1_2, 12), expect.closeTo(1, 12), 0],
    [0, 0, 0, 0, 0, 0],
  ]);
});

test('rounding never leaves −1 … 1', () => {
  const row = Float32Array.from({ length: 512 }, (_, index) => Math.sin(index) * 1e-3);
  for (const value of cosineMatrix([row, row.map((number) => number * 3)]).flat()) expect(value).toBeLessThanOrEqual(1);
});
