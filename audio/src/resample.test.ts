// Checks resampling against scipy.signal.resample, whose numbers stand in fixtures/.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { resample } from './resample.ts';

interface ResampleVector {
  readonly input: readonly number[];
  readonly output: readonly number[];
}

const file = new URL('../../fixtures/hear/reference/resample.json', import.meta.url);
// The file is written by a script of this repository; a wrong shape shows as a failing comparison.
const vectors: readonly ResampleVector[] = (JSON.parse(readFileSync(file, 'utf8')) as { entries: ResampleVector[] })
  .entries;

describe('resample', () => {
  test('has reference numbers for both parities, up and down', () => {
    const kinds = vectors.map(
      ({ input, output }) => `${input.length % 2}${output.length % 2}${output.length > input.length}`,
    );
    expect(new Set(kinds).size).toBe(8);
  });

  test('agrees with SciPy in each number', () => {
    for (const { input, output } of vectors) {
      const got = resample(Float64Array.from(input), output.length);
      expect(got.length).toBe(output.length);
      const worst = got.reduce((most, value, i) => Math.max(most, Math.abs(value - (output[i] ?? Number.NaN))), 0);
      expect(worst, `${input.length} to ${output.length}`).toBeLessThan(1e-14);
    }
  });

  test('gives an exact copy when the length is right', () => {
    const signal = Float64Array.of(0.1, -0.2, 0.3);
    const got = resample(signal, 3);
    expect(got).toEqual(signal);
    expect(got).not.toBe(signal);
  });

  test.each([
    [384000, 32000],
    [88200, 32000],
    [8002, 32000],
    [8000, 32000],
  ])('keeps a tone that both rates hold: %d to %d', (inputLength, outputLength) => {
    const toneOf = (length: number) =>
      Float64Array.from({ length }, (_, i) => Math.sin((2 * Math.PI * 880 * i) / length));
    const got = resample(toneOf(inputLength), outputLength);
    const want = toneOf(outputLength);
    expect(got.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (want[i] ?? 0))), 0)).toBeLessThan(1e-9);
  });
});
