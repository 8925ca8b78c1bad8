// Owns the check that no entry is lost and none settles twice, whatever happens around it: thousands of seeded random steps.
import { expect, test } from 'vitest';
import { Batcher, type Outcome } from './batcher.ts';
import type { Reservation } from './queue.ts';
import { FakeClock } from './test-support/fake-clock.ts';
import { FakeRunner, settled } from './test-support/fake-runner.ts';

/** mulberry32: a small generator, so that a failing seed can be repeated. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const MAX_QUEUE = 30;
const MAX_BATCH_COST = 5;

test.each([
  [1, 0],
  [2, 0],
  [3, 0],
  [4, 5],
  [5, 5],
  [6, 50],
])('seed %i, a wait of %i ms: every entry settles exactly once, with its own row', async (seed, maxBatchWaitMs) => {
  const below = random(seed);
  const clock = new FakeClock();
  const runner = new FakeRunner(3);
  const outcomes = new Map<Outcome, number>();
  const observer = {
    onSettled: ({ outcome }: { outcome: Outcome }) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1),
  };
  const batcher = new Batcher(runner, {
    maxBatchCost: MAX_BATCH_COST,
    maxQueue: MAX_QUEUE,
    maxBatchWaitMs,
    clock,
    observer,
  });
  const clients: AbortController[] = [];
  const open: Reservation[] = [];
  const settlements: Promise<boolean>[] = [];
  let submitted = 0;

  const submit = (reservation: Reservation, signal: AbortSignal) => {
    const id = ++submitted;
    const input = Float32Array.of(id);
    const item = { input, cost: 1 + below(2), deadlineAtMs: clock.nowMs() + below(60), signal };
    settlements.push(
      batcher
        .submit(reservation, item)
        .then(
          (row) => row[0] === id,
          (error) => 'reason' in error,
        )
        // The caller may use the memory of a settled row for something else.
        .finally(() => input.fill(Number.NaN)),
    );
  };
  const steps = [
    () => {
      const reservation = batcher.reserve(1 + below(12));
      if (reservation === undefined) return;
      const client = new AbortController();
      clients.push(client);
      for (let left = below(reservation.unused + 1); left > 0; left--) submit(reservation, client.signal);
      if (below(2) === 0) reservation.release();
      else open.push(reservation);
    },
    () => {
      const reservation = open[below(open.length)];
      if (reservation !== undefined && reservation.unused > 0) submit(reservation, new AbortController().signal);
    },
    () => open.splice(below(open.length), 1)[0]?.release(),
    () => clients[below(clients.length)]?.abort(),
    () => clock.advance(below(10)),
    () => clock.oversleep(below(10)),
    () => runner.running[below(runner.running.length)]?.succeed(),
    () => runner.running[below(runner.running.length)]?.succeed(),
    () => runner.running[below(runner.running.length)]?.fail(),
  ];
  for (let step = 0; step < 3000; step++) {
    steps[below(steps.length)]?.();
    if (below(3) === 0) await settled();
    expect(batcher.queueDepth).toBeLessThanOrEqual(MAX_QUEUE);
    for (const { ids } of runner.running) {
      expect(ids.length).toBeLessThanOrEqual(MAX_BATCH_COST);
      expect(ids).not.toContain(Number.NaN);
    }
  }
  for (const reservation of open) reservation.release();
  const drained = batcher.drain();
  clock.advance(maxBatchWaitMs);
  for (await settled(); runner.running.length > 0; await settled()) {
    await runner.batch().succeed();
    clock.advance(maxBatchWaitMs);
  }
  await drained;

  expect(submitted).toBeGreaterThan(1000);
  expect(await Promise.all(settlements)).toEqual(Array.from({ length: submitted }, () => true));
  const counted = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
  expect(counted).toBe(submitted);
  const all = ['CLIENT_CLOSED_REQUEST', 'DEADLINE_EXCEEDED', 'INFERENCE_FAILED', 'OK'];
  expect([...outcomes.keys()].sort()).toEqual(all);
  expect([batcher.queueDepth, batcher.inFlight, clock.timers, runner.idleSlots]).toEqual([0, 0, 0, 3]);
});
