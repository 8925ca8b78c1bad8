// Shows that the doubles have the floats' short texts and are still the same floats.
import { expect, test } from 'vitest';
import { seededRandom } from './seeded-random.fixture.ts';
import { shortestDoubles } from './shortest-doubles.ts';

test('have the shortest text of their float', () => {
  expect(shortestDoubles(Float32Array.of(0.1, 1, 0, 1 / 3, 3e-9))).toEqual([0.1, 1, 0, 0.33333334, 3e-9]);
  expect(shortestDoubles(new Float32Array())).toEqual([]);
});

test('are the same floats', () => {
  const random = seededRandom(1);
  const floats = Float32Array.from({ length: 10_000 }, () => random() ** 8);
  expect(Float32Array.from(shortestDoubles(floats))).toEqual(floats);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', (value) => {
  expect(() => shortestDoubles(Float32Array.of(value))).toThrow(RangeError);
});
