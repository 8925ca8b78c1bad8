// Shows each figure on vectors whose figures are known.
import { expect, test } from 'vitest';
import { compare } from './compare.ts';

test.each([
  {
    given: { got: [3, 4], want: [3, 4] },
    figures: { maxAbsolute: 0, maxRelative: 0, relativeNorm: 0, cosine: 1 },
  },
  {
    given: { got: [0, 4], want: [3, 4] },
    figures: { maxAbsolute: 3, maxRelative: 1, relativeNorm: 0.6, cosine: 0.8 },
  },
  {
    given: { got: [-3, -4], want: [3, 4] },
    figures: { maxAbsolute: 8, maxRelative: 2, relativeNorm: 2, cosine: -1 },
  },
])('$given.got against $given.want', ({ given, figures }) => {
  expect(compare(given.got, given.want)).toEqual(figures);
});

test.each([
  { given: 'lengths that differ', got: [1, 2, 3], want: [1, 2] },
  { given: 'a number that is none', got: [1, Number.NaN], want: [1, 2] },
])('$given give no figure', ({ got, want }) => {
  const { maxAbsolute, relativeNorm, cosine } = compare(got, want);
  expect([maxAbsolute, relativeNorm, cosine]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});
