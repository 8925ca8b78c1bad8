// Owns the front end written plainly in float64, step by step as upstream's audio_utils.py has it: slow, and the oracle for
// the graph. Shares only settings, window and mel weights with it. Must not know ONNX.
import { hannWindow, melMatrix } from './matrices.ts';
import {
  BINS,
  CLIP_SAMPLES,
  FRAME_SAMPLES,
  FRAMES,
  HOP_SAMPLES,
  MEL_BANDS,
  PCEN,
  RANGE_FLOOR,
  RESIZED_FRAMES,
} from './settings.ts';

/**
 * The front end of one clip of 32000 samples: `[192, 128]` row by row, time first. Differs from upstream in one point, as the
 * graph does: the clip is scaled by its own extremes, not by those of its batch.
 */
export function referenceFrontEnd(clip: ArrayLike<number>): Float64Array {
  if (clip.length !== CLIP_SAMPLES) throw new Error(`expected ${CLIP_SAMPLES} samples, got ${clip.length}`);
  const spectrum = powerSpectrum(scaleToRange(Float64Array.from(clip)));
  return resizeAlongTime(normaliseEnergy(toMelBands(spectrum)));
}

function scaleToRange(clip: Float64Array): Float64Array {
  const lowest = clip.reduce((least, sample) => Math.min(least, sample));
  const fromZero = clip.map((sample) => sample - lowest);
  const highest = fromZero.reduce((most, sample) => Math.max(most, sample));
  return fromZero.map((sample) => (sample / (highest + RANGE_FLOOR)) * 2 - 1);
}

function powerSpectrum(samples: Float64Array): Float64Array {
  const window = hannWindow();
  const cosines = Float64Array.from({ length: FRAME_SAMPLES }, (_, n) => Math.cos((2 * Math.PI * n) / FRAME_SAMPLES));
  const sines = Float64Array.from({ length: FRAME_SAMPLES }, (_, n) => Math.sin((2 * Math.PI * n) / FRAME_SAMPLES));
  const power = new Float64Array(FRAMES * BINS);
  for (let t = 0; t < FRAMES; t += 1) {
    const frame = window.map((weight, n) => weight * (samples[t * HOP_SAMPLES + n] ?? 0));
    for (let bin = 0; bin < BINS; bin += 1) {
      let real = 0;
      let imaginary = 0;
      // The angle of sample n is n * bin of 400 steps, kept below one turn.
      let angle = 0;
      for (const sample of frame) {
        real += sample * at(cosines, angle);
        imaginary -= sample * at(sines, angle);
        angle += bin;
        if (angle >= cosines.length) angle -= cosines.length;
      }
      power[t * BINS + bin] = real * real + imaginary * imaginary;
    }
  }
  return power;
}

function toMelBands(power: Float64Array): Float64Array {
  const { rows: bins, columns, values: weights } = melMatrix();
  const bands = new Float64Array(FRAMES * columns);
  return bands.map((_, place) => {
    const band = place % columns;
    const frame = (place - band) / columns;
    let energy = 0;
    for (let bin = 0; bin < bins; bin += 1) energy += at(power, frame * bins + bin) * at(weights, bin * columns + band);
    return energy;
  });
}

/** The per-channel energy normalisation alone, from and to `[200, 128]` row by row, time first. */
export function normaliseEnergy(energies: Float64Array): Float64Array {
  const normalised = new Float64Array(FRAMES * MEL_BANDS);
  for (let band = 0; band < MEL_BANDS; band += 1) {
    let smoothed = at(energies, band);
    for (let t = 0; t < FRAMES; t += 1) {
      const energy = at(energies, t * MEL_BANDS + band);
      smoothed = PCEN.smoothing * energy + (1 - PCEN.smoothing) * smoothed;
      const gained = energy / (PCEN.floor + smoothed) ** PCEN.alpha;
      normalised[t * MEL_BANDS + band] = (gained + PCEN.delta) ** (1 / PCEN.root) - PCEN.delta ** (1 / PCEN.root);
    }
  }
  return normalised;
}

function resizeAlongTime(frames: Float64Array): Float64Array {
  const resized = new Float64Array(RESIZED_FRAMES * MEL_BANDS);
  for (let to = 0; to < RESIZED_FRAMES; to += 1) {
    const centre = Math.max(0, ((to + 0.5) * FRAMES) / RESIZED_FRAMES - 0.5);
    const before = Math.floor(centre);
    const after = Math.min(before + 1, FRAMES - 1);
    const share = centre - before;
    for (let band = 0; band < MEL_BANDS; band += 1) {
      resized[to * MEL_BANDS + band] =
        (1 - share) * at(frames, before * MEL_BANDS + band) + share * at(frames, after * MEL_BANDS + band);
    }
  }
  return resized;
}

/** Every index above is within its array by construction. */
function at(values: Float64Array, index: number): number {
  return values[index] ?? Number.NaN;
}
