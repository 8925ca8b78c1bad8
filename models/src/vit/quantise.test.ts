// Shows the bounds of rounding to 8 bits, and that a matrix comes back from being turned twice.
import { expect, test } from 'vitest';
import { uniformGenerator } from '../seeded-random.ts';
import { quantiseColumns } from './quantise.ts';
import { transpose } from './transpose.ts';

const uniform = uniformGenerator(3);
const [rows, columns] = [70, 45];
const weights = Float32Array.from({ length: rows * columns }, (_, i) => (uniform() - 0.5) * 10 ** (i % 4));

test('every weight is within half a step of its column, and the largest keep their size', () => {
  const { values, scales } = quantiseColumns(weights, rows, columns);
  for (const [place, weight] of weights.entries()) {
    const scale = scales[place % columns] ?? Number.NaN;
    expect(Math.abs((values[place] ?? Number.NaN) * scale - weight)).toBeLessThanOrEqual(scale * 0.5001);
  }
  for (let column = 0; column < columns; column += 1) {
    const sizes = Array.from({ length: rows }, (_, row) => Math.abs(values[row * columns + column] ?? Number.NaN));
    expect(Math.max(...sizes)).toBe(127);
  }
});

test('a column of zeros stays one', () => {
  const { values, scales } = quantiseColumns(Float32Array.of(0, 2, 0, -0.5), 2, 2);
  expect(values).toEqual(Int8Array.of(0, 127, 0, -32));
  expect(scales.every((scale) => scale > 0)).toBe(true);
});

test('turning puts rows into columns', () => {
  expect(transpose(Float32Array.of(1, 2, 3, 4, 5, 6), 2, 3)).toEqual(Float32Array.of(1, 4, 2, 5, 3, 6));
  expect(transpose(transpose(weights, rows, columns), columns, rows)).toEqual(weights);
});
