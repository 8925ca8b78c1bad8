// Shows that seeds give the published sequence and that normal numbers are normal.
import { expect, test } from 'vitest';
import { normalGenerator, uniformGenerator } from './seeded-random.ts';

test('uniform numbers are those of mulberry32', () => {
  const uniform = uniformGenerator(1);
  expect([uniform(), uniform(), uniform()]).toEqual([0.6270739405881613, 0.002735721180215478, 0.5274470399599522]);
});

test('a seed counts modulo 2^32', () => {
  expect(uniformGenerator(2 ** 32 + 5)()).toBe(uniformGenerator(5)());
});

test('normal numbers have mean 0, variance 1 and the tails of the normal distribution', () => {
  const normal = normalGenerator(3);
  const values = Array.from({ length: 40_000 }, normal);
  const mean = (of: (value: number) => number) => values.reduce((sum, value) => sum + of(value), 0) / values.length;
  // Five standard errors of 40 000 draws.
  expect(Math.abs(mean((v) => v))).toBeLessThan(0.025);
  expect(Math.abs(mean((v) => v * v) - 1)).toBeLessThan(0.036);
  expect(Math.abs(mean((v) => (Math.abs(v) > 1.959964 ? 1 : 0)) - 0.05)).toBeLessThan(0.0055);
});
