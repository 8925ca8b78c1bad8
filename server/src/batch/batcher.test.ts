// Owns the checks of the batcher, with a runner and a clock that the tests move by hand.
import { describe, expect, test } from 'vitest';
import { Batcher, type BatchItem, type BatchObserver } from './batcher.ts';
import { FakeClock } from './test-support/fake-clock.ts';
import { FakeRunner, settled } from './test-support/fake-runner.ts';

function setUp({ slots = 1, maxBatchCost = 4, maxQueue = 100, maxBatchWaitMs = 0 } = {}) {
  const clock = new FakeClock();
  const runner = new FakeRunner(slots);
  const log: string[] = [];
  const observer: BatchObserver = {
    onBatch: ({ rows, cost, waitsMs, retry, queueDepth }) =>
      log.push(`batch ${rows}/${cost} leaves ${queueDepth} waited ${waitsMs.join(' ')}${retry ? 'retry' : ''}`),
    onBatchEnd: ({ rows, computeMs, error }) => log.push(`end ${rows} took ${computeMs}${error ? ' failed' : ''}`),
    onSettled: ({ outcome, totalMs, computed }) => log.push(`${outcome} ${totalMs}${computed ? '' : ' dropped'}`),
  };
  const batcher = new Batcher(runner, { maxBatchCost, maxQueue, maxBatchWaitMs, clock, observer });
  /** One call: submits a row for each id, gives for each `id`, a reason or an error's name. */
  const call = (ids: readonly number[], facts: Partial<BatchItem> = {}): Promise<string>[] => {
    const reservation = batcher.reserve(ids.length);
    if (reservation === undefined) throw new Error('the queue is full');
    return ids.map((id) => {
      const item = { input: Float32Array.of(id), deadlineAtMs: clock.nowMs() + 1000, ...facts };
      return batcher.submit(reservation, item).then((row) => row.join(), outcomeOf);
    });
  };
  return { clock, runner, batcher, call, log };
}

function outcomeOf(error: unknown): string {
  return error instanceof Error && 'reason' in error ? String(error.reason) : String(error);
}

describe('pulling', () => {
  test('entries of one call share the first batch, later ones the batches after it', async () => {
    const { runner, call } = setUp();
    const first = call([1, 2]);
    await settled();
    expect(runner.batch().ids).toEqual([1, 2]);
    const rest = [...call([3]), ...call([4, 5, 6, 7])];
    await settled();
    expect(runner.running).toHaveLength(1);
    await runner.batch().succeed();
    expect(runner.batch().ids).toEqual([3, 4, 5, 6]);
    await runner.batch().succeed();
    await runner.batch().succeed();
    expect(await Promise.all([...first, ...rest])).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  });

  test.each([
    {
      slots: 2,
      ids: [1, 2, 3, 4, 5],
      want: [
        [1, 2, 3],
        [4, 5],
      ],
    },
    { slots: 3, ids: [1, 2], want: [[1], [2]] },
    {
      slots: 2,
      ids: [1, 2, 3, 4, 5, 6, 7, 8, 9],
      want: [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
      ],
    },
  ])('$slots idle slots share $ids as $want', async ({ slots, ids, want }) => {
    const { runner, call } = setUp({ slots });
    call(ids);
    await settled();
    expect(runner.running.map((batch) => batch.ids)).toEqual(want);
  });

  test('entries wait for a slot that comes later', async () => {
    const { runner, call } = setUp({ slots: 0 });
    const results = call([1]);
    await settled();
    expect(runner.running).toHaveLength(0);
    runner.addSlots(1);
    await runner.batch().succeed();
    expect(await Promise.all(results)).toEqual(['1']);
  });

  test('observers see rows, waits, times and outcomes; onStart is told when waiting ends', async () => {
    const { clock, runner, call, log, batcher } = setUp({ slots: 0 });
    const startedAtMs: number[] = [];
    call([1], { onStart: (nowMs) => startedAtMs.push(nowMs) });
    clock.advance(5);
    call([2]);
    expect([batcher.queueDepth, batcher.inFlight]).toEqual([2, 0]);
    clock.advance(3);
    runner.addSlots(1);
    expect([batcher.queueDepth, batcher.inFlight]).toEqual([0, 2]);
    clock.advance(7);
    await runner.batch().succeed();
    expect(log).toEqual(['batch 2/2 leaves 0 waited 8 3', 'end 2 took 7', 'OK 15', 'OK 10']);
    expect(startedAtMs).toEqual([1008]);
    expect([batcher.queueDepth, batcher.inFlight, clock.timers]).toEqual([0, 0, 0]);
  });
});

describe('a wait for a fuller batch', () => {
  test('ends when the batch is full, however many slots are idle', async () => {
    const { runner, call, clock } = setUp({ slots: 2, maxBatchCost: 3, maxBatchWaitMs: 20 });
    call([1, 2]);
    await settled();
    expect(runner.running).toHaveLength(0);
    call([3, 4]);
    await settled();
    expect(runner.running.map(({ ids }) => ids)).toEqual([[1, 2, 3]]);
    // The fourth has waited for no time yet.
    clock.advance(20);
    expect(runner.running.map(({ ids }) => ids)).toEqual([[1, 2, 3], [4]]);
  });

  test('ends when the oldest entry has waited long enough, and not for a later one', async () => {
    const { runner, call, clock } = setUp({ maxBatchWaitMs: 20 });
    call([1]);
    await settled();
    clock.advance(15);
    call([2]);
    await settled();
    clock.advance(4);
    expect(runner.running).toHaveLength(0);
    clock.advance(1);
    expect(runner.batch().ids).toEqual([1, 2]);
  });

  test('starts anew with the next oldest when the first has gone, and leaves no timer behind', async () => {
    const { runner, call, clock } = setUp({ maxBatchWaitMs: 20 });
    const client = new AbortController();
    call([1], { signal: client.signal });
    await settled();
    clock.advance(10);
    const second = call([2]);
    await settled();
    client.abort();
    clock.advance(10);
    expect(runner.running).toHaveLength(0);
    clock.advance(10);
    expect(runner.batch().ids).toEqual([2]);
    await runner.batch().succeed();
    expect(await Promise.all(second)).toEqual(['2']);
    expect(clock.timers).toBe(0);
  });

  test('does not hold up what a busy slot left waiting long enough, nor the second chance of an entry', async () => {
    const { runner, call, clock } = setUp({ maxBatchCost: 2, maxBatchWaitMs: 20 });
    call([1, 2]);
    await settled();
    call([3]);
    await settled();
    clock.advance(25);
    await runner.batch().fail();
    expect(runner.batch().ids).toEqual([1]);
    await runner.batch().succeed();
    await runner.batch().succeed();
    expect(runner.batch().ids).toEqual([3]);
  });
});

describe('costs', () => {
  test('bound a batch, and an entry above the bound comes alone', async () => {
    const { runner, batcher, clock, log } = setUp({ maxBatchCost: 4 });
    const reservation = batcher.reserve(5);
    if (reservation === undefined) throw new Error('the queue is full');
    for (const [index, cost] of [3, 1, 2, 9, 1].entries()) {
      const item = { input: Float32Array.of(index), cost, deadlineAtMs: clock.nowMs() + 1000 };
      batcher.submit(reservation, item).catch(() => {});
    }
    await settled();
    const batches: number[][] = [];
    while (runner.running.length > 0) {
      batches.push(runner.batch().ids);
      await runner.batch().succeed();
    }
    expect(batches).toEqual([[0, 1], [2], [3], [4]]);
    expect(log.filter((line) => line.startsWith('batch')).map((line) => line.slice(0, 19))).toEqual([
      'batch 2/4 leaves 3 ',
      'batch 1/2 leaves 2 ',
      'batch 1/9 leaves 1 ',
      'batch 1/1 leaves 0 ',
    ]);
  });
});

describe('requests beside each other', () => {
  test('a large one is split over batches and put together in order, and a small one does not wait for its end', async () => {
    const { runner, call } = setUp({ slots: 2, maxBatchCost: 4 });
    const ids = Array.from({ length: 40 }, (_, index) => index);
    const large = call(ids);
    await settled();
    const small = call([100, 101]);
    const order: string[] = [];
    void Promise.all(large).then(() => order.push('large'));
    void Promise.all(small).then(() => order.push('small'));
    await settled();
    // The slots end their batches in turns, the second one first.
    for (let turn = 1; runner.running.length > 0; turn += 1) {
      await runner.batch(turn % runner.running.length).succeed();
      if (turn === 4) expect(order).toEqual(['small']);
    }
    expect(await Promise.all(large)).toEqual(ids.map(String));
    expect(order).toEqual(['small', 'large']);
  });

  test('what is dropped is told from what was computed', async () => {
    const { clock, runner, call, log } = setUp({ maxBatchCost: 1 });
    const client = new AbortController();
    call([1], { deadlineAtMs: clock.nowMs() + 5 });
    call([2], { deadlineAtMs: clock.nowMs() + 5 });
    call([3], { signal: client.signal });
    await settled();
    client.abort();
    clock.advance(5);
    await runner.batch().succeed();
    expect(runner.running).toHaveLength(0);
    expect(log.filter((line) => /^[A-Z]/.test(line))).toEqual([
      'CLIENT_CLOSED_REQUEST 0 dropped',
      'DEADLINE_EXCEEDED 5',
      'DEADLINE_EXCEEDED 5 dropped',
    ]);
  });
});

describe('deadlines', () => {
  test('are kept by a timer while all slots are busy, in the queue and in flight', async () => {
    const { clock, runner, call, batcher } = setUp({ maxBatchCost: 1 });
    const results = [...call([1], { deadlineAtMs: 1300 }), ...call([2], { deadlineAtMs: 1100 }), ...call([3])];
    await settled();
    const done: string[] = [];
    for (const [index, result] of results.entries()) result.then((outcome) => done.push(`${index} ${outcome}`));
    clock.advance(99);
    await settled();
    expect(done).toEqual([]);
    clock.advance(1);
    await settled();
    expect(done).toEqual(['1 DEADLINE_EXCEEDED']);
    clock.advance(200);
    await settled();
    expect(done).toEqual(['1 DEADLINE_EXCEEDED', '0 DEADLINE_EXCEEDED']);
    expect([batcher.queueDepth, batcher.inFlight, clock.timers]).toEqual([1, 0, 1]);
    await runner.batch().succeed();
    await runner.batch().succeed();
    expect(done).toEqual(['1 DEADLINE_EXCEEDED', '0 DEADLINE_EXCEEDED', '2 3']);
    expect(clock.timers).toBe(0);
  });

  test('are looked at when a batch is taken, even if the timer is late', async () => {
    const { clock, runner, call } = setUp({ slots: 0 });
    const results = call([1, 2], { deadlineAtMs: 1100 });
    clock.oversleep(150);
    runner.addSlots(1);
    expect(runner.running).toHaveLength(0);
    expect(await Promise.all(results)).toEqual(['DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED']);
  });

  test('an entry without a deadline needs no timer that fires', async () => {
    const { clock, runner, call } = setUp({ slots: 0 });
    const results = call([1], { deadlineAtMs: Number.POSITIVE_INFINITY });
    clock.advance(1e9);
    runner.addSlots(1);
    await runner.batch().succeed();
    expect(await Promise.all(results)).toEqual(['1']);
  });
});

describe('aborts', () => {
  test('free the place at once, before, in the queue and in flight', async () => {
    const { runner, call, batcher } = setUp({ maxBatchCost: 2, maxQueue: 2 });
    const [inFlight, waiting] = [new AbortController(), new AbortController()];
    const results = [...call([1], { signal: inFlight.signal }), ...call([2])];
    await settled();
    results.push(...call([3, 4], { signal: waiting.signal }));
    expect(batcher.reserve(1)).toBeUndefined();
    waiting.abort();
    expect(batcher.queueDepth).toBe(0);
    results.push(...call([5]), ...call([6], { signal: AbortSignal.abort() }));
    inFlight.abort();
    expect(batcher.inFlight).toBe(1);
    await runner.batch().succeed();
    expect(runner.batch().ids).toEqual([5]);
    await runner.batch().succeed();
    const gone = 'CLIENT_CLOSED_REQUEST';
    expect(await Promise.all(results)).toEqual([gone, '2', gone, gone, '5', gone]);
  });
});

describe('failures', () => {
  test('a failed batch is repeated entry by entry, so that a poisonous entry fails alone', async () => {
    const { runner, call, log } = setUp();
    const results = [...call([1, 2, 3]), ...call([4])];
    await settled();
    const later = call([5]);
    await settled();
    await runner.batch().fail();
    // The call with one entry had its turn first, and those of the failed batch go before those that wait.
    for (const id of [4, 1, 2, 3]) {
      expect(runner.batch().ids).toEqual([id]);
      if (id === 2) await runner.batch().fail();
      else await runner.batch().succeed();
    }
    expect(runner.batch().ids).toEqual([5]);
    await runner.batch().succeed();
    expect(await Promise.all([...results, ...later])).toEqual(['1', 'INFERENCE_FAILED', '3', '4', '5']);
    expect(log.filter((line) => line.endsWith('retry'))).toHaveLength(4);
  });

  test('the cause is kept for the log and is not in the message', async () => {
    const { runner, batcher } = setUp();
    const reservation = batcher.reserve(1);
    if (reservation === undefined) throw new Error('the queue is full');
    const result = batcher.submit(reservation, { input: Float32Array.of(1), deadlineAtMs: 2000 });
    await settled();
    const cause = new Error('/secret/path');
    runner.batch().fail(cause);
    await expect(result).rejects.toMatchObject({
      reason: 'INFERENCE_FAILED',
      cause,
      message: expect.not.stringContaining('secret'),
    });
  });

  test('an entry that is gone is not repeated', async () => {
    const { clock, runner, call } = setUp();
    const results = [...call([1], { deadlineAtMs: 1010 }), ...call([2])];
    await settled();
    clock.advance(10);
    await runner.batch().fail();
    expect(runner.batch().ids).toEqual([2]);
    await runner.batch().succeed();
    expect(await Promise.all(results)).toEqual(['DEADLINE_EXCEEDED', '2']);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'a row with %s fails alone, without a second try',
    async (bad) => {
      const { runner, call } = setUp();
      const results = call([1, 2]);
      await settled();
      await runner.batch().succeed([Float32Array.of(1, bad), Float32Array.of(2, 2)]);
      expect(await Promise.all(results)).toEqual(['INFERENCE_FAILED', '2,2']);
      expect(runner.running).toHaveLength(0);
    },
  );

  test('a wrong number of rows is a failed batch, nobody gets the row of another', async () => {
    const { runner, call } = setUp();
    const results = call([1, 2]);
    await settled();
    await runner.batch().succeed([Float32Array.of(1)]);
    await runner.batch().succeed();
    await runner.batch().succeed();
    expect(await Promise.all(results)).toEqual(['1', '2']);
  });

  test('when the runner gives up, everything fails as UNHEALTHY, at once and from then on', async () => {
    const { runner, call, clock } = setUp({ maxBatchCost: 1 });
    const results = call([1, 2]);
    await settled();
    runner.giveUp();
    results.push(...call([3]));
    expect(await Promise.all(results)).toEqual(['UNHEALTHY', 'UNHEALTHY', 'UNHEALTHY']);
    expect(clock.timers).toBe(0);
  });
});

describe('the end', () => {
  test('drain waits for what waits and for running batches, also those nobody waits for', async () => {
    const { runner, call, batcher } = setUp({ maxBatchCost: 1 });
    const client = new AbortController();
    call([1, 2], { signal: client.signal });
    await settled();
    let drained = false;
    const drain = batcher.drain().then(() => {
      drained = true;
    });
    for (const step of [() => runner.batch().succeed(), () => client.abort(), () => runner.batch().succeed()]) {
      await settled();
      expect(drained).toBe(false);
      await step();
    }
    await drain;
    await batcher.drain();
  });

  test('drain waits for a request that is still being decoded', async () => {
    const { batcher } = setUp();
    const reservation = batcher.reserve(2);
    let drained = false;
    const drain = batcher.drain().then(() => {
      drained = true;
    });
    await settled();
    expect(drained).toBe(false);
    reservation?.release();
    await drain;
  });

  test('close fails what is unfinished and what comes later', async () => {
    const { call, batcher, clock } = setUp({ maxBatchCost: 1 });
    const results = call([1, 2]);
    await settled();
    batcher.close();
    results.push(...call([3]));
    expect(await Promise.all(results)).toEqual(['UNHEALTHY', 'UNHEALTHY', 'UNHEALTHY']);
    expect([batcher.queueDepth, batcher.inFlight, clock.timers]).toEqual([0, 0, 0]);
  });
});
