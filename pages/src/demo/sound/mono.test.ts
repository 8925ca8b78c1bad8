import { expect, test } from 'vitest';
import { mixToMono } from './mono.ts';

test.each([
  { given: [[0.5, -0.25, 1]], want: [0.5, -0.25, 1] },
  {
    given: [
      [1, 0, -1],
      [0, 0.5, -1],
    ],
    want: [0.5, 0.25, -1],
  },
  // Summed in float32, these would lose the small one.
  { given: [[2 ** 24], [1], [-(2 ** 24)]], want: [Math.fround(1 / 3)] },
])('the mean of $given is $want', ({ given, want }) => {
  expect([...mixToMono(given.map((channel) => Float32Array.from(channel)))]).toEqual(want);
});

test('a recording without a channel is a bug', () => {
  expect(() => mixToMono([])).toThrow('This is a bug');
});
