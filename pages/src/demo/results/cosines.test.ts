import { expect, test } from 'vitest';
import { cosineMatrix, shadesOf } from './cosines.ts';

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

test.each([
  { name: 'one row', given: [[1]], want: [[1]] },
  { name: 'two rows, by their cosine', given: pair(0.2), want: pair(0.2) },
  { name: 'two opposite rows', given: pair(-0.5), want: pair(0) },
  { name: 'rows that are all the same', given: pair(1), want: pair(1) },
  {
    name: 'more rows, from the least to the most alike',
    given: [
      [1, 0.5, 0.75],
      [0.5, 1, 0.9375],
      [0.75, 0.9375, 1],
    ],
    want: [
      [1, 0, expect.closeTo(4 / 7, 12)],
      [0, 1, 1],
      [expect.closeTo(4 / 7, 12), 1, 1],
    ],
  },
])('shades of $name', ({ given, want }) => {
  expect(shadesOf(given)).toEqual(want);
});

function pair(cosine: number): number[][] {
  return [
    [1, cosine],
    [cosine, 1],
  ];
}
