// Shows the advice for quiet and busy machines, and which layouts are tried.
import { describe, expect, test } from 'vitest';
import { type LayoutSpeed, layoutsFor } from './layouts.ts';
import { recommendBatch, recommendLayout } from './recommend-layout.ts';

const speed = (workers: number, threads: number, clipsPerSecond: number, cpuMs: number, share = 1): LayoutSpeed => ({
  workers,
  threads,
  spinning: false,
  clipsPerSecond,
  cpuMs,
  latencyMs: (1000 * workers) / clipsPerSecond,
  share,
});

describe('a layout', () => {
  test.each([
    {
      given: 'a quiet machine',
      layouts: [speed(1, 1, 3, 300), speed(2, 1, 5, 380), speed(1, 2, 4, 350)],
      want: [2, 1, 'most clips per second'],
    },
    {
      given: 'a busy machine',
      layouts: [speed(2, 1, 3, 380, 0.5), speed(1, 2, 4, 390, 0.95)],
      want: [2, 1, 'the least processor time'],
    },
    {
      given: 'layouts that differ by noise',
      layouts: [speed(1, 2, 5.05, 350), speed(2, 1, 5, 380)],
      want: [2, 1, 'most clips per second'],
    },
  ])('for $given', ({ layouts, want: [workers, threads, reason] }) => {
    const advice = recommendLayout(layouts, 2);
    expect(advice?.layout).toMatchObject({ workers, threads });
    expect(advice?.reason).toContain(reason);
  });

  test('that leaves cores idle is none to recommend', () => {
    expect(recommendLayout([speed(1, 1, 3, 300)], 2)).toBeUndefined();
  });
});

test.each([
  { cores: 1, want: ['1×1'] },
  { cores: 2, want: ['1×1', '2×1', '1×2', '1×2 spinning'] },
  { cores: 6, want: ['1×1', '6×1', '3×2', '3×2 spinning', '2×3', '2×3 spinning', '1×6', '1×6 spinning'] },
])('on $cores cores are tried: $want', ({ cores, want }) => {
  const names = layoutsFor(cores).map(
    ({ workers, threads, spinning }) => `${workers}×${threads}${spinning ? ' spinning' : ''}`,
  );
  expect(names).toEqual(want);
});

test.each([
  { given: [100, 99, 98.5], want: 1 },
  { given: [100, 96, 95], want: 2 },
  { given: [100, 110, 120], want: 1 },
])('of batches that take $given ms a clip the smallest that is nearly the best: $want', ({ given, want }) => {
  const batches = given.map((ms, index) => ({ rows: 2 ** index, ms }));
  expect(recommendBatch(batches, ({ ms }) => ms)).toBe(want);
});
