// Holds the graph of the front end to the float64 reference, and each clip's result to itself alone.
import { describe, expect, test } from 'vitest';
import { largestDifference, loadModel } from '../../test/run-model.ts';
import { sounds } from '../../test/synthetic-sounds.ts';
import { uniformGenerator } from '../seeded-random.ts';
import { buildFrontEndModel } from './graph.ts';
import { referenceFrontEnd } from './reference.ts';
import { CLIP_SAMPLES, SAMPLE_RATE_HZ } from './settings.ts';

const run = await loadModel(buildFrontEndModel());
const clipOf = (sampleAt: (n: number) => number) => Float32Array.from({ length: CLIP_SAMPLES }, (_, n) => sampleAt(n));
const tone = (hertz: number, level: number, offset: number) =>
  clipOf((n) => offset + level * Math.sin((2 * Math.PI * hertz * n) / SAMPLE_RATE_HZ));

const uniform = uniformGenerator(5);
const noise = clipOf(() => uniform() - 0.5);

/** Where all sound is in a few bands, the others hold float32's rounding, which the normalisation lifts: hence 1e-3. */
const ROUNDING_LIFTED = 1e-3;

describe('the graph agrees with the reference', () => {
  test.each([
    { given: 'noise', clip: noise, tolerance: 5e-5 },
    { given: 'noise at the last place of a small clip', clip: noise.map((sample) => 1e-4 * sample), tolerance: 5e-5 },
    {
      given: 'a speech-like sound',
      clip: sounds.speechLike(1, 0).map((s, n) => s + 0.001 * (noise[n] ?? 0)),
      tolerance: 5e-5,
    },
    { given: 'a tone in a bin with an offset', clip: tone(1000, 0.5, 0.3), tolerance: ROUNDING_LIFTED },
    { given: 'a tone between bins with an offset', clip: tone(737.7, 0.1, -0.8), tolerance: ROUNDING_LIFTED },
    { given: 'silence', clip: clipOf(() => 0), tolerance: ROUNDING_LIFTED },
    { given: 'an offset alone', clip: clipOf(() => 0.25), tolerance: ROUNDING_LIFTED },
    {
      given: 'one click at the very end',
      clip: clipOf((n) => (n === CLIP_SAMPLES - 1 ? 1 : 0)),
      tolerance: ROUNDING_LIFTED,
    },
    { given: 'one click at the very start', clip: clipOf((n) => (n === 0 ? 1 : 0)), tolerance: ROUNDING_LIFTED },
  ])('on $given', async ({ clip, tolerance }) => {
    const [spectrogram = new Float32Array()] = await run([clip]);
    expect(largestDifference(spectrogram, referenceFrontEnd(clip))).toBeLessThan(tolerance);
  });
});

test('a clip has the same result to the last bit alone and among others', async () => {
  const clips = [tone(440, 1, 0), clipOf(() => 0), noise, noise.map((sample) => 1e-3 * sample), sounds.clicks(2, 0.3)];
  const together = await run(clips);
  for (const [row, clip] of clips.entries()) expect(await run([clip])).toEqual([together[row]]);
});
