// Shows that the event detector's development model is the same file everywhere, has the architecture that upstream states, and gives
// usable scores: eight for any clip, the same alone and among others, deaf to gain, different for different sounds.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { largestDifference, loadModel, type RunRows } from '../../test/run-model.ts';
import { disturb, sounds } from '../../test/synthetic-sounds.ts';
import { developmentModels, METADATA_KEYS } from '../development-model.ts';
import { CLIP_SAMPLES } from '../front-end/settings.ts';
import { decodeModel } from '../onnx/wire-format.ts';
import { buildHearEventsDevelopmentModel } from './hear-events.ts';

/** A change here is a change of every score that the development model gives: raise the model's `version` with it. */
const MODEL_SHA256 = 'f8d4855cbe44a4032d95fc2be08a03b9217c5652be205e6bde70e29b26b2d37f';

const model = buildHearEventsDevelopmentModel();
const run = await loadModel(model);
const kinds = Object.entries(sounds);
const clipOf = (sampleAt: (n: number) => number) => Float32Array.from({ length: CLIP_SAMPLES }, (_, n) => sampleAt(n));

async function detect(clip: Float32Array, runRows: RunRows = run): Promise<Float32Array> {
  const [scores = new Float32Array()] = await runRows([clip]);
  return scores;
}

describe('the file', () => {
  test('has the same bytes on each build', () => {
    expect(Buffer.compare(buildHearEventsDevelopmentModel(), model)).toBe(0);
    expect(createHash('sha256').update(model).digest('hex')).toBe(MODEL_SHA256);
    expect(developmentModels['hear-events']).toBe(buildHearEventsDevelopmentModel);
  });

  test('states what it is', () => {
    const { metadataProps, graph } = decodeModel(model);
    expect(Object.fromEntries(metadataProps.map(({ key, value }) => [key, value]))).toEqual({
      [METADATA_KEYS.algorithm]: 'hear-events',
      [METADATA_KEYS.name]: 'hear-events-development',
      [METADATA_KEYS.displayName]: 'HeAR event detector development model (untrained)',
      [METADATA_KEYS.version]: '1',
      [METADATA_KEYS.development]: 'true',
      [METADATA_KEYS.frontEndVersion]: '1',
    });
    const signature = [...graph.input, ...graph.output].map(({ name, type }) => [name, type.tensorType.shape.dim]);
    expect(signature).toEqual([
      ['x', [{ dimParam: 'N' }, { dimValue: 32_000 }]],
      ['scores', [{ dimParam: 'N' }, { dimValue: 8 }]],
    ]);
  });
});

test.each([
  { given: 'silence', clip: clipOf(() => 0) },
  { given: 'an offset alone', clip: clipOf(() => -1) },
  { given: 'a full-scale square wave', clip: clipOf((n) => (n % 80 < 40 ? 1 : -1)) },
  { given: 'denormal numbers', clip: clipOf((n) => (n % 7) * 1e-44) },
  { given: 'one click', clip: clipOf((n) => (n === 9_000 ? 1 : 0)) },
  { given: 'values far above full scale', clip: clipOf((n) => 1e30 * Math.sin(n)) },
])('$given has eight scores from 0 to 1', async ({ clip }) => {
  const scores = await detect(clip);
  expect(scores).toHaveLength(8);
  for (const score of scores) expect(score >= 0 && score <= 1).toBe(true);
});

test.each([
  { given: 'as it is' },
  { given: 'without packed weights', extra: { session: { disable_prepacking: '1' } } },
])('a clip has the same scores to the last bit alone and among others, $given', async ({ extra }) => {
  const runRows = await loadModel(model, extra === undefined ? {} : { extra });
  const clips = [clipOf(() => 0), ...kinds.map(([, sound]) => sound(1, 0.2)), clipOf((n) => (n % 80 < 40 ? 1 : -1))];
  const together = await runRows(clips);
  for (const [row, clip] of clips.entries()) expect(await detect(clip, runRows)).toEqual(together[row]);
});

describe.each(kinds)('%s', (_, sound) => {
  const clip = disturb(sound(3, 0.2), 0.05, 0.001, 1);

  test.each([0.1, 0.5, 3, 10])('times %f keeps its scores', async (gain) => {
    const louder = await detect(clip.map((sample) => gain * sample));
    expect(largestDifference(await detect(clip), louder)).toBeLessThan(1e-3);
  });

  test('has other scores than every other kind', async () => {
    for (const [, otherSound] of kinds.filter(([, each]) => each !== sound)) {
      const other = disturb(otherSound(3, 0.2), 0.05, 0.001, 1);
      expect(largestDifference(await detect(clip), await detect(other))).toBeGreaterThan(0.05);
    }
  });
});
