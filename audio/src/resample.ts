// Owns the change of a signal's sample rate by the Fourier method. Knows nothing of files or of errors shown to a caller.
// biome-ignore-all lint/style/noNonNullAssertion: every index stays inside its array by the bounds of its loop, which the compiler cannot see
import { realFft } from './real-fft.ts';

/**
 * Resamples a real signal to `outputLength` samples over the same span of time, as `scipy.signal.resample(x, num)` does
 * without a window (SciPy 1.11 and later): the spectrum is cut or padded with zeros, and the unpaired bin at the lower of the
 * two Nyquist frequencies is doubled (down) or halved (up). The signal counts as periodic, so both ends ring into each other.
 *
 * @param signal at least one sample, float64, unchanged by the call
 * @param outputLength samples wanted, an integer of at least 1
 * @returns a new array; equal lengths give an exact copy
 */
export function resample(signal: Float64Array, outputLength: number): Float64Array {
  const inputLength = signal.length;
  if (inputLength === outputLength) return signal.slice();

  const input = realFft(inputLength).forward(signal);
  const output = realFft(outputLength);
  const shorter = Math.min(inputLength, outputLength);
  const keptBins = Math.floor(shorter / 2) + 1;
  const scale = outputLength / inputLength;
  const re = new Float64Array(Math.floor(outputLength / 2) + 1);
  const im = new Float64Array(re.length);
  for (let k = 0; k < keptBins; k++) {
    re[k] = input.re[k]! * scale;
    im[k] = input.im[k]! * scale;
  }
  if (shorter % 2 === 0) {
    const unpaired = outputLength < inputLength ? 2 : 0.5;
    re[shorter / 2]! *= unpaired;
    im[shorter / 2]! *= unpaired;
  }
  return output.inverse({ re, im });
}
