// Owns the checks of the pool with real threads and a backend that misbehaves on demand: what is lost, what survives.
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { ModelFileError } from './model-file-error.ts';
import { stampOf } from './model-stamp.ts';
import { type PoolOptions, WorkerPool } from './pool.ts';
import { ASKS_FOR_THREAD, PIPE, POISON, START } from './test-support/fake-backend.ts';
import { temporaryFolder } from './test-support/temporary-folder.ts';
import { stuckThreads } from './worker-handle.ts';

const write = temporaryFolder();
const INPUT_LENGTH = 4;
let pool: WorkerPool | undefined;

afterEach(() => pool?.close());

function startPool(options: Partial<PoolOptions> = {}): WorkerPool {
  pool = new WorkerPool({
    modelPath: write('model', ''),
    signature: { inputName: 'x', inputLength: INPUT_LENGTH, outputName: 'embedding', outputLength: 2 },
    settings: { threads: 1, executionProvider: 'cpu', weights: 'private' },
    maxBatch: 4,
    workers: 1,
    hangLimitMs: 60_000,
    startLimitMs: 60_000,
    restartDelayMs: 1,
    backendModule: new URL('./test-support/fake-backend.ts', import.meta.url),
    ...options,
  });
  return pool;
}

function row(first: number): Float32Array {
  return Float32Array.of(first, 0, 0, 0);
}

/** Waits until a worker is idle, as the batcher does. */
async function run(on: WorkerPool, firsts: readonly number[]): Promise<number[][]> {
  while (on.idleSlots === 0 && !on.failed) await new Promise((resolve) => setTimeout(resolve, 2));
  return (await on.run(firsts.map(row))).map((output) => [...output]);
}

test('rows come back in order and belong to the caller', async () => {
  const progress: unknown[] = [];
  const on = startPool({ workers: 2, observer: { onWorkerReady: (step) => progress.push(step) } });
  expect([on.healthy, on.failed, on.idleSlots]).toEqual([false, false, 0]);
  await on.ready;
  expect(progress).toEqual([
    { ready: 1, workers: 2, first: true },
    { ready: 2, workers: 2, first: true },
  ]);
  expect([on.healthy, on.readyWorkers, on.idleSlots]).toEqual([true, 2, 2]);
  const [first, second] = [on.run([row(10), row(20)]), on.run([row(30)])];
  expect(on.idleSlots).toBe(0);
  const kept = await first;
  expect([await second, on.idleSlots]).toEqual([[Float32Array.of(30, 31)], 2]);
  await Promise.all([run(on, [50]), run(on, [60])]);
  expect(kept).toEqual([Float32Array.of(10, 11), Float32Array.of(20, 21)]);
  expect(kept[0]?.buffer).toBeInstanceOf(ArrayBuffer);
});

test('the worker that computed last computes next, so that one caller finds its weights in the cache', async () => {
  const on = startPool({ workers: 3 });
  await on.ready;
  const ask = async () => (await run(on, [ASKS_FOR_THREAD]))[0]?.[0];
  const threads = new Set(await Promise.all([ask(), ask(), ask()]));
  expect(threads.size).toBe(3);
  const last = await ask();
  for (let turn = 0; turn < 5; turn += 1) expect(await ask()).toBe(last);
});

describe('a batch fails', () => {
  test('by an error, and the worker stays', async () => {
    const on = startPool();
    await on.ready;
    await expect(run(on, [1, POISON.throws])).rejects.toThrow('poison');
    expect([on.idleSlots, on.readyWorkers]).toEqual([1, 1]);
    expect(await run(on, [1])).toEqual([[1, 2]]);
  });

  test.each([
    { given: 'the thread ends', poison: POISON.exits, want: 'ended with code 8' },
    { given: 'the thread has an uncaught error', poison: POISON.crashes, want: 'failed' },
    { given: 'the thread hangs', poison: POISON.hangs, want: 'took longer than 100 ms for 2 rows' },
  ])('when $given; its neighbour survives and it is replaced', async ({ poison, want }) => {
    const losses: string[] = [];
    const on = startPool({
      workers: 2,
      hangLimitMs: 100,
      observer: { onWorkerLost: ({ cause, error, replaced }) => losses.push(`${cause} ${error.message} ${replaced}`) },
    });
    await on.ready;
    const poisoned = expect(on.run([row(1), row(poison)])).rejects.toThrow(want);
    expect(await on.run([row(5)])).toEqual([Float32Array.of(5, 6)]);
    await poisoned;
    expect([on.healthy, on.failed]).toEqual([true, false]);
    while (on.readyWorkers < 2) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(await Promise.all([run(on, [7]), run(on, [8])])).toEqual([[[7, 8]], [[8, 9]]]);
    expect(losses).toHaveLength(1);
    expect(losses[0]).toMatch(new RegExp(`${want}.* true$`));
  });

  test('when the only worker is lost, as often as it may be, the pool is not healthy until its successor is ready', async () => {
    const on = startPool();
    await on.ready;
    for (let loss = 1; loss <= 4; loss++) {
      await expect(run(on, [POISON.exits])).rejects.toThrow('ended');
      expect([on.healthy, on.failed]).toEqual([false, false]);
    }
    expect(await run(on, [1])).toEqual([[1, 2]]);
    expect(on.healthy).toBe(true);
  });
});

test('a row that the backend did not write holds no numbers of an earlier batch', async () => {
  const on = startPool();
  await run(on, [10, 20]);
  expect(await run(on, [30, POISON.silent])).toEqual([
    [30, 31],
    [Number.NaN, Number.NaN],
  ]);
});

test.each([
  { given: 'a short row', rows: [new Float32Array(3)], want: 'Expected rows of 4 samples, got 3' },
  { given: 'a long row', rows: [new Float32Array(5)], want: 'Expected rows of 4 samples, got 5' },
  { given: 'no row', rows: [], want: 'Expected 1 to 4 rows, got 0' },
  { given: 'too many rows', rows: Array.from({ length: 5 }, () => row(1)), want: 'Expected 1 to 4 rows, got 5' },
])('$given is refused and the worker stays idle', async ({ rows, want }) => {
  const on = startPool();
  await on.ready;
  await expect(on.run(rows)).rejects.toThrow(want);
  expect(await run(on, [1])).toEqual([[1, 2]]);
});

test('a worker whose own objects outgrow its memory is lost as such, and replaced', async () => {
  const causes: string[] = [];
  const on = startPool({ maxHeapMiB: 24, observer: { onWorkerLost: ({ cause }) => causes.push(cause) } });
  await expect(run(on, [POISON.hoards])).rejects.toThrow('ran out of memory');
  expect(await run(on, [1])).toEqual([[1, 2]]);
  expect(causes).toEqual(['OUT_OF_MEMORY']);
});

describe('a restart loop', () => {
  test('backs off, however often it served before, and never gives up', async () => {
    const losses: { replaced: boolean; cause: string }[] = [];
    const modelPath = write(START.onceOnly, '');
    const on = startPool({ modelPath, observer: { onWorkerLost: (loss) => losses.push(loss) } });
    await on.ready;
    expect(await run(on, [1])).toEqual([[1, 2]]);
    await expect(run(on, [POISON.exits])).rejects.toThrow('ended');
    // More failed starts than a first start may have.
    while (losses.length < 5) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(losses.slice(0, 5).map(({ cause, replaced }) => `${cause} ${replaced}`)).toEqual([
      'CRASHED true',
      ...Array.from({ length: 4 }, () => 'START_FAILED true'),
    ]);
    expect([on.healthy, on.failed, on.lost]).toEqual([false, false, false]);
    writeFileSync(modelPath, '');
    expect(await run(on, [2])).toEqual([[2, 3]]);
  });

  test('of workers that end before they computed anything waits from the second loss on', async () => {
    let losses = 0;
    const on = startPool({ restartDelayMs: 3_600_000, observer: { onWorkerLost: () => losses++ } });
    await expect(run(on, [POISON.exits])).rejects.toThrow('ended');
    await expect(run(on, [POISON.exits])).rejects.toThrow('ended');
    // Long enough for a third worker, were there no pause.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect([losses, on.healthy, on.failed]).toEqual([2, false, false]);
  });
});

test('threads that hang where nothing ends them are counted, and replaced only while they are few', async () => {
  const modelPath = write('blocked', '');
  const pipe = join(dirname(modelPath), PIPE);
  execFileSync('mkfifo', [pipe]);
  const causes: string[] = [];
  const on = startPool({ modelPath, hangLimitMs: 50, observer: { onWorkerLost: ({ cause }) => causes.push(cause) } });
  for (let loss = 1; loss <= 4; loss++) {
    expect(await run(on, [loss])).toEqual([[loss, loss + 1]]);
    await expect(run(on, [POISON.blocks])).rejects.toThrow('took longer than 50 ms');
  }
  expect(stuckThreads()).toBe(4);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect([on.healthy, on.failed, on.lost, readFileSync(modelPath).length]).toEqual([false, false, true, 4]);
  // Whoever opens the other end lets all of them go on: they end, and the place is filled again.
  const writer = openSync(pipe, 'w');
  expect(await run(on, [9])).toEqual([[9, 10]]);
  expect(on.lost).toBe(false);
  while (stuckThreads() > 0) await new Promise((resolve) => setTimeout(resolve, 2));
  closeSync(writer);
  expect(causes).toEqual(['HUNG', 'HUNG', 'HUNG', 'HUNG']);
});

describe('the start', () => {
  test('that never ends is given up', async () => {
    const causes: string[] = [];
    const on = startPool({
      modelPath: write(START.hangs, ''),
      startLimitMs: 300,
      observer: { onWorkerLost: ({ cause }) => causes.push(cause) },
    });
    await expect(on.ready).rejects.toThrow('was not ready after 300 ms');
    expect([on.failed, causes]).toEqual([true, ['START_HUNG', 'START_HUNG', 'START_HUNG']]);
  });

  test('from files that changed since they were read is refused: a later worker must not compute with another model', async () => {
    const modelPath = write('changing', '');
    // The backend itself adds a byte at each start.
    const on = startPool({ modelPath, stamp: await stampOf([modelPath]) });
    await expect(on.ready).rejects.toThrow('The files of model changing were replaced, changed or removed');
    await expect(on.ready).rejects.toBeInstanceOf(ModelFileError);
    expect(readFileSync(modelPath)).toHaveLength(1);
  });

  test.each([
    { how: START.throws, attempts: 3, want: 'no memory' },
    { how: START.exits, attempts: 3, want: 'ended with code 7' },
    { how: START.badModel, attempts: 1, want: 'wrong shape' },
  ])('that $how is tried $attempts times, then the pool has failed', async ({ how, attempts, want }) => {
    let changes = 0;
    const losses: boolean[] = [];
    const modelPath = write(how, '');
    const on = startPool({ modelPath, observer: { onWorkerLost: ({ replaced }) => losses.push(replaced) } });
    on.onChange(() => changes++);
    await expect(on.ready).rejects.toThrow(want);
    expect([on.failed, on.healthy, changes]).toEqual([true, false, 1]);
    expect(readFileSync(modelPath)).toHaveLength(attempts);
    expect(losses).toEqual(Array.from({ length: attempts }, (_, index) => index < attempts - 1));
  });

  test('with a bad model is told by the class of the error', async () => {
    await expect(startPool({ modelPath: write(START.badModel, '') }).ready).rejects.toBeInstanceOf(ModelFileError);
  });

  test('that finds no memory for its slots is a failed start', async () => {
    const on = startPool({ maxBatch: 2 ** 50 });
    await expect(on.ready).rejects.toThrow('could not be made');
    expect(on.failed).toBe(true);
  });

  test('that works the second time is a success', async () => {
    const on = startPool({ modelPath: write(START.secondTry, '') });
    await on.ready;
    expect([on.healthy, on.failed]).toEqual([true, false]);
  });
});

test('close ends the threads, also while they start, wait to start again or compute', async () => {
  const starting = startPool();
  await starting.close();
  await expect(starting.ready).rejects.toThrow('closed before');

  const modelPath = write(START.throws, '');
  const firstLoss = Promise.withResolvers<unknown>();
  const pausing = startPool({ modelPath, restartDelayMs: 3_600_000, observer: { onWorkerLost: firstLoss.resolve } });
  await firstLoss.promise;
  // Long enough for a second attempt, were there no pause.
  await new Promise((resolve) => setTimeout(resolve, 100));
  await pausing.close();
  expect(readFileSync(modelPath)).toHaveLength(1);

  const computing = startPool();
  await computing.ready;
  const batch = expect(computing.run([row(POISON.crashes)])).rejects.toThrow();
  await computing.close();
  await batch;
  expect([computing.failed, computing.healthy, computing.idleSlots]).toEqual([true, false, 0]);
});
