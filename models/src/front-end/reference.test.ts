// Holds the float64 reference and its matrices to numbers that upstream's own PyTorch code gave; how they were made stands in
// test/reference/make-reference.py.
import { describe, expect, test } from 'vitest';
import upstream from '../../test/reference/front-end.json' with { type: 'json' };
import { melMatrix, resizeMatrix, smoothingMatrix } from './matrices.ts';
import { normaliseEnergy, referenceFrontEnd } from './reference.ts';
import { CLIP_SAMPLES, FRAMES, MEL_BANDS } from './settings.ts';

type Place = readonly [row: number, column: number, value: number];

/** JSON's type does not say that each place has three numbers. */
const placesOf = (rows: readonly number[][]) => rows as unknown as readonly Place[];

const quadraticHash = (n: number) => (((n * n * 7 + n * 13) % 2003) - 1001) / 2048;
const pulsedHash = (n: number) => (quadraticHash(n) * (Math.floor((n % 8000) / 1000) % 3)) / 4 + 0.125;

test('the mel matrix is that of upstream', () => {
  const { values } = melMatrix();
  for (const [bin, band, weight] of placesOf(upstream.mel.places)) {
    expect(values[bin * MEL_BANDS + band]).toBeCloseTo(weight, 10);
  }
  expect(values.reduce((sum, weight) => sum + weight)).toBeCloseTo(upstream.mel.sum, 8);
  expect(values.filter((weight) => weight > 1e-9)).toHaveLength(upstream.mel.nonzero);
});

test('the bins of 0 Hz and of half the sample rate have no weight, so that the graph may leave them out', () => {
  const { values } = melMatrix();
  expect(Math.max(...values.slice(0, MEL_BANDS), ...values.slice(-MEL_BANDS))).toBeLessThan(1e-12);
});

test('the energy normalisation is that of upstream', () => {
  const energyAt = (t: number) => (((t * t * 7 + t * 13) % 101) * (Math.floor(t / 40) % 2)) / 4;
  const energies = Float64Array.from({ length: FRAMES * MEL_BANDS }, (_, i) => energyAt(Math.floor(i / MEL_BANDS)));
  const normalised = normaliseEnergy(energies);
  for (const [t, , value] of placesOf(upstream.pcen)) {
    // Upstream computes in float32.
    expect(Math.abs((normalised[t * MEL_BANDS] ?? Number.NaN) - value)).toBeLessThan(2e-6);
  }
});

describe('the whole front end is that of upstream', () => {
  test.each([
    { clip: 'quadratic_hash' as const, sampleAt: quadraticHash },
    { clip: 'pulsed_hash' as const, sampleAt: pulsedHash },
  ])('for $clip', ({ clip, sampleAt }) => {
    const spectrogram = referenceFrontEnd(Float32Array.from({ length: CLIP_SAMPLES }, (_, n) => sampleAt(n)));
    for (const [t, band, value] of placesOf(upstream.spectrograms[clip])) {
      // Upstream computes in float32; 2e-5 was seen.
      expect(Math.abs((spectrogram[t * MEL_BANDS + band] ?? Number.NaN) - value)).toBeLessThan(5e-5);
    }
  });
});

describe('smoothing and resize', () => {
  test.each([
    { name: 'smoothing', matrix: smoothingMatrix() },
    { name: 'resize', matrix: resizeMatrix() },
  ])('$name leaves a constant as it is', ({ matrix: { rows, columns, values } }) => {
    for (let row = 0; row < rows; row += 1) {
      const sum = values.slice(row * columns, (row + 1) * columns).reduce((total, value) => total + value);
      expect(sum).toBeCloseTo(1, 12);
    }
  });
});

test('a clip of another length is refused', () => {
  expect(() => referenceFrontEnd(new Float32Array(16_000))).toThrow('expected 32000 samples, got 16000');
});
