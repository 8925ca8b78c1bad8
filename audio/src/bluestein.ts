// Owns the complex Fourier transform of sizes with a large prime factor: Bluestein's algorithm, a convolution with a chirp
// done by transforms of a smooth size. Knows nothing of sound or of caching.
// biome-ignore-all lint/style/noNonNullAssertion: every index stays inside its array by the bounds of its loop, which the compiler cannot see
import { type ComplexFft, planMixedRadix, radicesOf } from './mixed-radix.ts';

/**
 * Plans a transform of any size. Source: L. Bluestein, "A linear filtering approach to the computation of discrete Fourier
 * transform", 1970: with jk = (j² + k² - (k - j)²) / 2 the sum over j becomes a convolution.
 */
export function planBluestein(size: number): ComplexFft {
  const inner = planSmoothAtLeast(2 * size - 1);
  const chirpRe = new Float64Array(size);
  const chirpIm = new Float64Array(size);
  const filterRe = new Float64Array(inner.size);
  const filterIm = new Float64Array(inner.size);
  for (let k = 0; k < size; k++) {
    // k² is reduced before it meets pi, else a large k would lose the digits that matter. It stays below 2^53.
    const angle = (Math.PI * ((k * k) % (2 * size))) / size;
    const re = Math.cos(angle);
    const im = Math.sin(angle);
    chirpRe[k] = re;
    chirpIm[k] = -im;
    const mirror = k === 0 ? 0 : inner.size - k;
    // The inverse transform below is unscaled; its 1 / size is put into the filter once.
    filterRe[k] = filterRe[mirror] = re / inner.size;
    filterIm[k] = filterIm[mirror] = im / inner.size;
  }
  inner.transform(filterRe, filterIm);
  const workRe = new Float64Array(inner.size);
  const workIm = new Float64Array(inner.size);

  return {
    size,
    storedFloats: inner.storedFloats + 4 * inner.size + 2 * size,
    transform(re, im) {
      for (let k = 0; k < size; k++) {
        workRe[k] = re[k]! * chirpRe[k]! - im[k]! * chirpIm[k]!;
        workIm[k] = re[k]! * chirpIm[k]! + im[k]! * chirpRe[k]!;
      }
      workRe.fill(0, size);
      workIm.fill(0, size);
      inner.transform(workRe, workIm);
      for (let k = 0; k < inner.size; k++) {
        const ar = workRe[k]!;
        const ai = workIm[k]!;
        workRe[k] = ar * filterRe[k]! - ai * filterIm[k]!;
        workIm[k] = ar * filterIm[k]! + ai * filterRe[k]!;
      }
      inner.transform(workIm, workRe);
      for (let k = 0; k < size; k++) {
        re[k] = workRe[k]! * chirpRe[k]! - workIm[k]! * chirpIm[k]!;
        im[k] = workRe[k]! * chirpIm[k]! + workIm[k]! * chirpRe[k]!;
      }
    },
  };
}

/** The next size that has only the factors 2, 3 and 5, for which the passes are quickest. */
function planSmoothAtLeast(minimum: number): ComplexFft {
  for (let size = minimum; ; size++) {
    const radices = radicesOf(size);
    if (radices?.every((radix) => radix <= 5)) return planMixedRadix(size, radices);
  }
}
