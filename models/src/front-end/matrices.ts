// Owns the constant matrices of the front end, in float64 and row-major order; whoever stores them rounds them. All are
// functions of settings.ts alone. Must not know ONNX.
import { type Matrix, matrixOf } from '../matrix.ts';
import {
  BINS,
  FRAME_SAMPLES,
  FRAMES,
  MEL_BANDS,
  MEL_HIGHEST_HZ,
  MEL_LOWEST_HZ,
  PCEN,
  RESIZED_FRAMES,
  SAMPLE_RATE_HZ,
} from './settings.ts';

/** The periodic Hann window, as torch.hann_window gives by default. */
export function hannWindow(): Float64Array {
  return Float64Array.from(
    { length: FRAME_SAMPLES },
    (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / FRAME_SAMPLES),
  );
}

/**
 * Bases `[200, 199]` of the windowed Fourier transform for frames folded about their middle: row i stands for sample i + 1
 * and its mirror image 399 - i, column k for bin k + 1. Real parts are (sum of the two) x `cosines`, imaginary parts, but for
 * their sign, (difference) x `sines`. The window's first weight is 0, so sample 0 does not count; sample 200 is its own mirror
 * image and carries half its weight.
 */
export function fourierBases(): { readonly cosines: Matrix; readonly sines: Matrix } {
  const window = hannWindow();
  const half = FRAME_SAMPLES / 2;
  const weighted = (wave: (turn: number) => number) =>
    matrixOf(half, BINS - 2, (row, column) => {
      const sample = row + 1;
      const weight = (window[sample] ?? 0) * (sample === half ? 0.5 : 1);
      // Whole turns are taken off while the angle is still an exact integer.
      return weight * wave((2 * Math.PI * ((sample * (column + 1)) % FRAME_SAMPLES)) / FRAME_SAMPLES);
    });
  return { cosines: weighted(Math.cos), sines: weighted(Math.sin) };
}

/** Hertz to mel by the formula of HTK. */
export function hertzToMel(hertz: number): number {
  return 2595 * Math.log10(1 + hertz / 700);
}

/**
 * Weights `[201, 128]` from the bins of a spectrum to mel bands, as tf.signal.linear_to_mel_weight_matrix: triangles whose
 * slopes are straight in mel, not in hertz, and no weight for the bin of 0 Hz.
 */
export function melMatrix(): Matrix {
  const lowestMel = hertzToMel(MEL_LOWEST_HZ);
  const spacingMel = (hertzToMel(MEL_HIGHEST_HZ) - lowestMel) / (MEL_BANDS + 1);
  return matrixOf(BINS, MEL_BANDS, (bin, band) => {
    if (bin === 0) return 0;
    const mel = hertzToMel((bin * SAMPLE_RATE_HZ) / FRAME_SAMPLES);
    const lowerEdgeMel = lowestMel + band * spacingMel;
    const rising = (mel - lowerEdgeMel) / spacingMel;
    return Math.max(0, Math.min(rising, 2 - rising));
  });
}

/**
 * The smoother of the energy normalisation as one matrix `[200, 200]` over time: row t holds what each earlier frame gives
 * to M[t], where M[0] = E[0] and M[t] = s E[t] + (1 - s) M[t - 1].
 */
export function smoothingMatrix(): Matrix {
  return matrixOf(FRAMES, FRAMES, (now, then) => {
    if (then > now) return 0;
    return (then === 0 ? 1 : PCEN.smoothing) * (1 - PCEN.smoothing) ** (now - then);
  });
}

/**
 * Bilinear resize along time as a matrix `[192, 200]`: half-pixel centres, no antialiasing, as
 * torch.nn.functional.interpolate with `align_corners=False`.
 */
export function resizeMatrix(): Matrix {
  const step = FRAMES / RESIZED_FRAMES;
  return matrixOf(RESIZED_FRAMES, FRAMES, (to, from) => {
    const centre = Math.min(Math.max((to + 0.5) * step - 0.5, 0), FRAMES - 1);
    return Math.max(0, 1 - Math.abs(centre - from));
  });
}
