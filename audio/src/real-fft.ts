// Owns the Fourier transform of real-valued signals of any length, both ways, and the bounded cache of its plans. Knows
// nothing of sound.
// biome-ignore-all lint/style/noNonNullAssertion: every index stays inside its array by the bounds of its loop, which the compiler cannot see
import { planBluestein } from './bluestein.ts';
import { type ComplexFft, planMixedRadix, radicesOf } from './mixed-radix.ts';

/** Bins 0 … floor(length / 2) of a real signal's spectrum, as numpy.fft.rfft gives them. */
export interface HalfSpectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** A real transform of one fixed length. */
export interface RealFft {
  readonly length: number;
  readonly storedFloats: number;
  /** As numpy.fft.rfft: unscaled. */
  forward(signal: Float64Array): HalfSpectrum;
  /** As numpy.fft.irfft: divided by `length`; the imaginary parts of bin 0 and, for an even length, of the last bin count as 0. */
  inverse(spectrum: HalfSpectrum): Float64Array;
}

/**
 * The most float64 numbers that cached plans may hold together: 32 MiB for each thread that resamples. All the usual rates
 * up to 192 kHz fit; a longer plan is used once and dropped, so that a sweep over odd rates cannot fill the memory.
 */
export const MAX_CACHED_FLOATS = 4 * 1024 * 1024;

/** Least recently used first: a Map iterates in the order of insertion. */
const plans = new Map<number, RealFft>();
let cachedFloats = 0;

/** The plan for `length` (an integer of at least 1), from the cache where it is there. */
export function realFft(length: number): RealFft {
  if (!Number.isSafeInteger(length) || length < 1) {
    throw new RangeError(`A Fourier transform needs a length of at least 1, got ${length}. This is a bug.`);
  }
  const known = plans.get(length);
  const plan = known ?? (length % 2 === 0 ? planEven(length) : planOdd(length));
  if (known !== undefined) plans.delete(length);
  else cachedFloats += plan.storedFloats;
  plans.set(length, plan);
  for (const [oldest, { storedFloats }] of plans) {
    if (cachedFloats <= MAX_CACHED_FLOATS) break;
    plans.delete(oldest);
    cachedFloats -= storedFloats;
  }
  return plan;
}

function planComplex(size: number): ComplexFft {
  const radices = radicesOf(size);
  return radices === undefined ? planBluestein(size) : planMixedRadix(size, radices);
}

/** Even lengths: neighbours become one complex number, so the transform has half the length. */
function planEven(length: number): RealFft {
  const half = length / 2;
  const fft = planComplex(half);
  const pairs = Math.floor(half / 2) + 1;
  const cos = new Float64Array(pairs);
  const sin = new Float64Array(pairs);
  for (let k = 0; k < pairs; k++) {
    cos[k] = Math.cos((2 * Math.PI * k) / length);
    sin[k] = Math.sin((2 * Math.PI * k) / length);
  }
  return {
    length,
    storedFloats: fft.storedFloats + 2 * pairs,
    forward(signal) {
      const re = new Float64Array(half + 1);
      const im = new Float64Array(half + 1);
      for (let k = 0; k < half; k++) {
        re[k] = signal[2 * k]!;
        im[k] = signal[2 * k + 1]!;
      }
      fft.transform(re.subarray(0, half), im.subarray(0, half));
      re[half] = re[0]!;
      im[half] = im[0]!;
      // With a = Z[k] and b = conj(Z[half - k]): X[k] = (a + b) / 2 - i exp(-2 pi i k / length) (a - b) / 2, and
      // X[half - k] is the conjugate of the same with a plus.
      for (let k = 0; k < pairs; k++) {
        const mirror = half - k;
        const sumR = (re[k]! + re[mirror]!) / 2;
        const sumI = (im[k]! - im[mirror]!) / 2;
        const diffR = (re[k]! - re[mirror]!) / 2;
        const diffI = (im[k]! + im[mirror]!) / 2;
        const turnR = diffI * cos[k]! - diffR * sin[k]!;
        const turnI = -diffR * cos[k]! - diffI * sin[k]!;
        re[k] = sumR + turnR;
        im[k] = sumI + turnI;
        re[mirror] = sumR - turnR;
        im[mirror] = turnI - sumI;
      }
      return { re, im };
    },
    inverse(spectrum) {
      const re = Float64Array.from(spectrum.re);
      const im = Float64Array.from(spectrum.im);
      im[0] = 0;
      im[half] = 0;
      for (let k = 0; k < pairs; k++) {
        const mirror = half - k;
        const sumR = (re[k]! + re[mirror]!) / length;
        const sumI = (im[k]! - im[mirror]!) / length;
        const diffR = (re[k]! - re[mirror]!) / length;
        const diffI = (im[k]! + im[mirror]!) / length;
        const turnR = -diffI * cos[k]! - diffR * sin[k]!;
        const turnI = diffR * cos[k]! - diffI * sin[k]!;
        re[k] = sumR + turnR;
        im[k] = sumI + turnI;
        re[mirror] = sumR - turnR;
        im[mirror] = turnI - sumI;
      }
      fft.transform(im.subarray(0, half), re.subarray(0, half));
      const signal = new Float64Array(length);
      for (let k = 0; k < half; k++) {
        signal[2 * k] = re[k]!;
        signal[2 * k + 1] = im[k]!;
      }
      return signal;
    },
  };
}

/** Odd lengths: a complex transform whose imaginary half is empty. */
function planOdd(length: number): RealFft {
  const fft = planComplex(length);
  const bins = (length + 1) / 2;
  return {
    length,
    storedFloats: fft.storedFloats,
    forward(signal) {
      const re = Float64Array.from(signal);
      const im = new Float64Array(length);
      fft.transform(re, im);
      return { re: re.slice(0, bins), im: im.slice(0, bins) };
    },
    inverse(spectrum) {
      const re = new Float64Array(length);
      const im = new Float64Array(length);
      re[0] = spectrum.re[0]! / length;
      for (let k = 1; k < bins; k++) {
        re[k] = re[length - k] = spectrum.re[k]! / length;
        im[k] = spectrum.im[k]! / length;
        im[length - k] = -spectrum.im[k]! / length;
      }
      fft.transform(im, re);
      return re;
    },
  };
}
