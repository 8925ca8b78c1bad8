// Shows which dependence on neighbours is found, and which a device is allowed.
import { expect, test } from 'vitest';
import { computeAmongNeighbours, type RunClips } from './neighbours.ts';

/** More than a batch, and a last one that is not full. */
const clips = Array.from({ length: 11 }, (_, index) => Float32Array.of(index + 1, 100 - index, 7));

const own = (clip: Float32Array) => Float32Array.of(clip[0] ?? 0, (clip[1] ?? 0) / 3);
const exact: RunClips = async (batch) => batch.map(own);
/** Other last bits for another size. */
const bySize: RunClips = async (batch) =>
  batch.map((clip) => own(clip).map((value) => value * (1 + batch.length * 1e-6)));
/** One scale for all clips of a batch. */
const byNeighbours: RunClips = async (batch) => {
  const largest = Math.max(...batch.flatMap((clip) => [...clip.subarray(0, 1)]));
  return batch.map((clip) => own(clip).map((value) => Math.round(value * (127 / largest)) / (127 / largest)));
};

test.each([
  { given: 'a model that treats each clip by itself', run: exact, sizeMatters: false, same: true, sameSize: true },
  { given: 'the same on a device', run: exact, sizeMatters: true, same: true, sameSize: true },
  { given: 'kernels chosen by size', run: bySize, sizeMatters: false, same: false, sameSize: true },
  { given: 'kernels chosen by size on a device', run: bySize, sizeMatters: true, same: true, sameSize: false },
  { given: 'a scale over the batch', run: byNeighbours, sizeMatters: false, same: false, sameSize: true },
  { given: 'a scale over the batch on a device', run: byNeighbours, sizeMatters: true, same: false, sameSize: false },
])('$given', async ({ run, sizeMatters, same, sameSize }) => {
  const judged = await computeAmongNeighbours(run, clips, sizeMatters);
  expect(judged).toHaveLength(clips.length);
  expect(judged.every(({ neighbourDifference }) => neighbourDifference === 0)).toBe(same);
  expect(judged.every(({ otherSize }) => (otherSize?.maxAbsolute ?? 0) === 0)).toBe(sameSize);
  expect(judged.every(({ otherSize }) => (otherSize !== undefined) === sizeMatters)).toBe(true);
  for (const [index, { alone }] of judged.entries()) expect([alone]).toEqual(await run(clips.slice(index, index + 1)));
});

test('a lone clip gets no neighbours, and is compared all the same', async () => {
  const [judged] = await computeAmongNeighbours(exact, clips.slice(0, 1), true);
  expect(judged).toMatchObject({ neighbourDifference: 0, otherSize: { maxAbsolute: 0 } });
});
