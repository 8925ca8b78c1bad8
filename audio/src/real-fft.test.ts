// Checks the transform against its definition, summed in full, and that the cache of plans stays within its bound.
import { describe, expect, test } from 'vitest';
import { MAX_CACHED_FLOATS, realFft } from './real-fft.ts';

function signalOf(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => Math.sin(i * i * 0.7 + length) + 0.1);
}

/** One bin by the definition of the discrete Fourier transform. */
function binOf(signal: Float64Array, k: number): { re: number; im: number } {
  let re = 0;
  let im = 0;
  signal.forEach((sample, n) => {
    const angle = (-2 * Math.PI * ((n * k) % signal.length)) / signal.length;
    re += sample * Math.cos(angle);
    im += sample * Math.sin(angle);
  });
  return { re, im };
}

function largestDifference(got: Float64Array, want: Float64Array): number {
  expect(got.length).toBe(want.length);
  return got.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (want[i] ?? Number.NaN))), 0);
}

describe('realFft', () => {
  // 1 … 130 has each radix alone and mixed, and primes above 31 in odd lengths and in halves of even ones.
  test('agrees with the definition for each length from 1 to 130, and back', () => {
    for (let length = 1; length <= 130; length++) {
      const signal = signalOf(length);
      const { re, im } = realFft(length).forward(signal);
      const want = Array.from({ length: Math.floor(length / 2) + 1 }, (_, k) => binOf(signal, k));
      expect(
        largestDifference(
          re,
          Float64Array.from(want, (bin) => bin.re),
        ),
        `length ${length}`,
      ).toBeLessThan(1e-12);
      expect(
        largestDifference(
          im,
          Float64Array.from(want, (bin) => bin.im),
        ),
        `length ${length}`,
      ).toBeLessThan(1e-12);
      expect(largestDifference(realFft(length).inverse({ re, im }), signal), `length ${length}`).toBeLessThan(1e-13);
    }
  });

  test.each([8002, 22050, 32000, 88199, 96001, 384000])(
    'agrees with the definition at length %d in a few bins, and back',
    (length) => {
      const signal = signalOf(length);
      const { re, im } = realFft(length).forward(signal);
      for (const k of [0, 1, 1000, Math.floor(length / 3), Math.floor(length / 2)]) {
        const want = binOf(signal, k);
        expect(Math.abs((re[k] ?? Number.NaN) - want.re), `bin ${k}`).toBeLessThan(1e-6);
        expect(Math.abs((im[k] ?? Number.NaN) - want.im), `bin ${k}`).toBeLessThan(1e-6);
      }
      expect(largestDifference(realFft(length).inverse({ re, im }), signal)).toBeLessThan(1e-11);
    },
  );

  test('leaves its input as it was', () => {
    for (const length of [9, 10]) {
      const signal = signalOf(length);
      const spectrum = realFft(length).forward(signal);
      expect(signal).toEqual(signalOf(length));
      const before = Float64Array.from(spectrum.re);
      realFft(length).inverse(spectrum);
      expect(spectrum.re).toEqual(before);
    }
  });

  test('gives one plan again while it is in use, and drops the plan longest unused', () => {
    const recurring = realFft(32000);
    const early = realFft(1000);
    expect(realFft(1000)).toBe(early);
    let stored = 0;
    for (let length = 100_000; stored <= MAX_CACHED_FLOATS; length += 1000) {
      stored += realFft(length).storedFloats;
      expect(realFft(32000)).toBe(recurring);
    }
    expect(realFft(1000)).not.toBe(early);
  });

  test('refuses a length that no signal has', () => {
    for (const length of [0, -1, 1.5, Number.NaN]) expect(() => realFft(length)).toThrow(RangeError);
  });
});
