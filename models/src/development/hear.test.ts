// Shows that HeAR's development model is the same file everywhere and that its embeddings behave: finite for any clip, deaf to
// gain, patient with shifts, and different for different kinds of sound.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Example, probeAccuracy } from '../../test/linear-probe.ts';
import { cosine, loadModel, type RunRows } from '../../test/run-model.ts';
import { disturb, sounds } from '../../test/synthetic-sounds.ts';
import { buildDevelopmentModel, developmentModels, METADATA_KEYS } from '../development-model.ts';
import { CLIP_SAMPLES } from '../front-end/settings.ts';
import { decodeModel } from '../onnx/wire-format.ts';
import { uniformGenerator } from '../seeded-random.ts';

/** A change here is a change of every embedding that the development model gives: raise the model's `version` with it. */
const MODEL_SHA256 = '1157fc230a251d45cdd8f39e2c56d9c0c93ad7c66e6363b65224539c6fce6819';

const model = buildDevelopmentModel();
const run = await loadModel(model);
const kinds = Object.entries(sounds);
const clipOf = (sampleAt: (n: number) => number) => Float32Array.from({ length: CLIP_SAMPLES }, (_, n) => sampleAt(n));

async function embed(clip: Float32Array, runRows: RunRows = run): Promise<Float32Array> {
  const [embedding = new Float32Array()] = await runRows([clip]);
  return embedding;
}

describe('the file', () => {
  test('has the same bytes on each build', () => {
    expect(Buffer.compare(buildDevelopmentModel(), model)).toBe(0);
    expect(createHash('sha256').update(model).digest('hex')).toBe(MODEL_SHA256);
    expect(developmentModels['hear']).toBe(buildDevelopmentModel);
  });

  test('states what it is', () => {
    const { metadataProps, graph } = decodeModel(model);
    expect(Object.fromEntries(metadataProps.map(({ key, value }) => [key, value]))).toEqual({
      [METADATA_KEYS.algorithm]: 'hear',
      [METADATA_KEYS.name]: 'hear-development',
      [METADATA_KEYS.displayName]: 'HeAR development model (untrained)',
      [METADATA_KEYS.version]: '1',
      [METADATA_KEYS.development]: 'true',
      [METADATA_KEYS.frontEndVersion]: '1',
    });
    const signature = [...graph.input, ...graph.output].map(({ name, type }) => [name, type.tensorType.shape.dim]);
    expect(signature).toEqual([
      ['x', [{ dimParam: 'N' }, { dimValue: 32_000 }]],
      ['embedding', [{ dimParam: 'N' }, { dimValue: 512 }]],
    ]);
  });

  test('is at most 3 MB', () => {
    expect(model.byteLength).toBeLessThan(3_000_000);
  });
});

test.each([
  { given: 'silence', clip: clipOf(() => 0) },
  { given: 'an offset alone', clip: clipOf(() => -1) },
  { given: 'a full-scale square wave', clip: clipOf((n) => (n % 80 < 40 ? 1 : -1)) },
  { given: 'denormal numbers', clip: clipOf((n) => (n % 7) * 1e-44) },
  { given: 'one click', clip: clipOf((n) => (n === 9_000 ? 1 : 0)) },
  { given: 'values far above full scale', clip: clipOf((n) => 1e30 * Math.sin(n)) },
])('$given has 512 finite numbers, not all zero', async ({ clip }) => {
  const embedding = await embed(clip);
  expect(embedding).toHaveLength(512);
  expect(embedding.every(Number.isFinite)).toBe(true);
  expect(Math.hypot(...embedding)).toBeGreaterThan(0.1);
});

test.each([
  { given: 'as it is' },
  { given: 'without packed weights', extra: { session: { disable_prepacking: '1' } } },
])('a clip has the same embedding to the last bit alone and among others, $given', async ({ extra }) => {
  const runRows = await loadModel(model, extra === undefined ? {} : { extra });
  const clips = [clipOf(() => 0), ...kinds.map(([, sound]) => sound(1, 0.2)), clipOf((n) => (n % 80 < 40 ? 1 : -1))];
  const together = await runRows(clips);
  for (const [row, clip] of clips.entries()) expect(await embed(clip, runRows)).toEqual(together[row]);
});

describe.each(kinds)('%s', (_, sound) => {
  test.each([0.1, 0.5, 3, 10])('times %f keeps its embedding', async (gain) => {
    const clip = disturb(sound(3, 0.2), 0.05, 0.001, 1);
    expect(cosine(await embed(clip), await embed(clip.map((sample) => gain * sample)))).toBeGreaterThan(1 - 1e-3);
  });

  test.each([
    { from: 0.1, noiseLevel: 0 },
    { from: 0.5, noiseLevel: 0 },
    { from: 0.1, noiseLevel: 0.003 },
    { from: 0.7, noiseLevel: 0.003 },
  ])('100 ms later than $from s stays near, with noise of $noiseLevel', async ({ from, noiseLevel }) => {
    const first = disturb(sound(4, from), 1, noiseLevel, 1);
    const later = disturb(sound(4, from + 0.1), 1, noiseLevel, 2);
    expect(cosine(await embed(first), await embed(later))).toBeGreaterThan(0.9);
  });
});

test('a linear probe tells the kinds of sound apart', async () => {
  const TRAINING_PER_KIND = 40;
  const HELD_PER_KIND = 20;
  const training: Example[] = [];
  const held: Example[] = [];
  for (const [kindIndex, [label, sound]] of kinds.entries()) {
    for (let example = 0; example < TRAINING_PER_KIND + HELD_PER_KIND; example += 1) {
      const seed = 1_000_000 + 1000 * kindIndex + example;
      const uniform = uniformGenerator(seed);
      const gain = 10 ** (2 * uniform() - 1.5);
      const clip = disturb(sound(seed, 0.7 * uniform()), gain, 10 ** (-3 + 1.3 * uniform()), seed);
      (example < TRAINING_PER_KIND ? training : held).push({ label, vector: await embed(clip) });
    }
  }
  // With 48 examples of each kind, five other seeds gave 0.975 to 1 for penalties from 0.01 to 1; with 12, 0.92 to 0.99.
  expect(probeAccuracy(training, held, 0.1)).toBeGreaterThanOrEqual(0.95);
}, 20_000);
