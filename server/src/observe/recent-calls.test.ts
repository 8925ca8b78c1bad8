// Owns the proof that the last minute is told as it was, and nothing older.
import { expect, test } from 'vitest';
import { RECENT_MS, RecentCalls } from './recent-calls.ts';
import { StageTimes } from './stages.ts';

/** A call that was in `parse` for so many milliseconds and in `admit` for one. */
function times(parseMs: number): StageTimes {
  const passed = new StageTimes();
  const startMs = performance.now();
  // The first stage began when the object was made.
  passed.enter('parse', startMs + 1);
  passed.end(startMs + 1 + parseMs);
  return passed;
}

function call(parseMs: number, status = 200, instances = 2) {
  return { status, facts: { algorithm: 'some', instances }, times: times(parseMs) };
}

test('percentiles are those of the calls that were answered, by nearest rank', () => {
  const recent = new RecentCalls(() => 0);
  for (let ms = 1; ms <= 20; ms += 1) recent.onAnswer(call(ms));
  recent.onAnswer(call(5_000, 503));
  const { calls, failed, instances, stages, total } = recent.summary('some');
  expect({ calls, failed, instances }).toEqual({ calls: 21, failed: 1, instances: 42 });
  expect(stages.map(({ stage }) => stage)).toEqual(['admit', 'parse']);
  expect(stages[1]?.medianMs).toBeCloseTo(10, 6);
  expect(stages[1]?.p95Ms).toBeCloseTo(19, 6);
  expect(total?.medianMs).toBeGreaterThanOrEqual(11);
});

test('what is older than the window is gone', () => {
  let nowMs = 0;
  const recent = new RecentCalls(() => nowMs);
  const batches = recent.engine('some');
  recent.onAnswer(call(1));
  batches.onBatch?.({ rows: 8, cost: 8, waitsMs: [], retry: false, queueDepth: 0 });
  nowMs = RECENT_MS;
  recent.onAnswer(call(1));
  batches.onBatch?.({ rows: 3, cost: 3, waitsMs: [], retry: false, queueDepth: 0 });
  expect(recent.summary('some')).toMatchObject({ calls: 2, batches: { count: 2, meanRows: 5.5, largestRows: 8 } });
  nowMs = RECENT_MS + 1;
  expect(recent.summary('some')).toMatchObject({ calls: 1, batches: { count: 1, meanRows: 3, largestRows: 3 } });
  nowMs = 3 * RECENT_MS;
  const { calls, stages, total } = recent.summary('some');
  expect({ calls, stages, total }).toEqual({ calls: 0, stages: [], total: undefined });
});

test('under load the latest are kept, and calls of no algorithm are none', () => {
  const recent = new RecentCalls(() => 0);
  for (let index = 0; index < 5_000; index += 1) recent.onAnswer(call(index < 4_000 ? 1 : 2));
  recent.onAnswer({ status: 404, facts: {}, times: times(1) });
  const { calls, stages } = recent.summary('some');
  expect(calls).toBe(1_000);
  expect(stages[1]?.medianMs).toBeCloseTo(2, 6);
  expect(recent.summary('other').calls).toBe(0);
});
