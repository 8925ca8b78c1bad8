import { expect, test } from 'vitest';
import { soak } from './soak.ts';

// The minute's form of `npm run soak`, with pauses, since it runs beside other suites. Memory still settles in the first minute, so
// growth is judged by the long form; here only a leak of the size of bodies would show.
test('a minute of mixed load with faults: every accepted call is answered once, and rightly', async () => {
  const result = await soak({ durationMs: 60_000, callers: 6, maxPauseMs: 100, maxGrowth: 1.5 });
  expect(result.problems).toEqual([]);
  expect(result.calls).toBeGreaterThan(100);
}, 240_000);
