// Owns the checks of the whole engine: real threads, a real ONNX model, and poison that must spoil only its own entry.
import { ExecutionProviderError, executionProviderProblem } from '@predict-schemata/execution-providers';
import { afterEach, expect, test } from 'vitest';
import { type Engine, type EngineOptions, startEngine } from './engine.ts';
import { ModelFileError } from './model-file-error.ts';
import { POISON, START } from './test-support/fake-backend.ts';
import { temporaryFolder } from './test-support/temporary-folder.ts';
import { tinyModel } from './test-support/tiny-model.ts';

const write = temporaryFolder();
const fakeBackend = new URL('./test-support/fake-backend.ts', import.meta.url);
let engine: Engine | undefined;

afterEach(() => engine?.close());

function start(options: Partial<EngineOptions> = {}): Engine {
  engine = startEngine({
    modelPath: write('tiny.onnx', tinyModel({ inputLength: 8, outputLength: 4 })),
    signature: { inputName: 'x', inputLength: 8, outputName: 'embedding', outputLength: 4 },
    workers: 2,
    threadsPerWorker: 1,
    maxBatch: 8,
    maxQueue: 64,
    restartDelayMs: 1,
    ...options,
  });
  return engine;
}

/** One call whose rows start with `firsts` and are 0 otherwise: the first number of each result, or the reason. */
function call(on: Engine, firsts: readonly number[], deadlineInMs = 30_000): Promise<unknown[]> {
  const reservation = on.reserve(firsts.length);
  if (reservation === undefined) throw new Error('the queue is full');
  const deadlineAtMs = performance.now() + deadlineInMs;
  const results = firsts.map((first) => {
    const input = new Float32Array(8);
    input[0] = first;
    return on.submit(reservation, { input, deadlineAtMs }).then(
      (row) => row[0],
      (error: unknown) => (error instanceof Error && 'reason' in error ? error.reason : error),
    );
  });
  return Promise.all(results);
}

test('computes what many calls submit before and after it is ready, and drains', async () => {
  const on = start();
  expect(on.status()).toEqual({ state: 'starting', workers: 0, queueDepth: 0, inFlight: 0 });
  const early = call(on, [1, 2, 3]);
  expect(on.status().queueDepth).toBe(3);
  await on.ready;
  expect(on.status()).toMatchObject({ state: 'ready', workers: 2 });
  const calls = Array.from({ length: 6 }, (_, index) => call(on, [10 * index, 10 * index + 1]));
  await on.drain();
  expect(on.status()).toEqual({ state: 'ready', workers: 2, queueDepth: 0, inFlight: 0 });
  expect(await early).toEqual([1, 2, 3]);
  expect(await Promise.all(calls)).toEqual([0, 1, 2, 3, 4, 5].map((index) => [10 * index, 10 * index + 1]));
  await on.close();
  expect(on.status()).toMatchObject({ state: 'closed', workers: 0 });
  expect(await call(on, [1])).toEqual(['UNHEALTHY']);
});

test.each([
  { given: 'throws', poison: POISON.throws },
  { given: 'ends its thread', poison: POISON.exits },
  { given: 'hangs', poison: POISON.hangs },
])('an entry that $given fails alone', async ({ poison }) => {
  const on = start({ workers: 1, backendModule: fakeBackend, hangLimitMs: 200 });
  const calls = [call(on, [1, poison, 3]), call(on, [4])];
  expect(await Promise.all(calls)).toEqual([[1, 'INFERENCE_FAILED', 3], [4]]);
  await on.drain();
});

test('the caller gets its deadline while the only worker hangs', async () => {
  const on = start({ workers: 1, backendModule: fakeBackend, hangLimitMs: 400 });
  await on.ready;
  const hanging = call(on, [POISON.hangs], 20);
  const waiting = call(on, [1]);
  expect(await hanging).toEqual(['DEADLINE_EXCEEDED']);
  expect(await waiting).toEqual([1]);
});

test('a model of another shape: ready rejects, what waits fails, the state is lost', async () => {
  const on = start({ modelPath: write('long.onnx', tinyModel({ inputLength: 16, outputLength: 4 })) });
  const waiting = call(on, [1]);
  await expect(on.ready).rejects.toThrow('Model long.onnx has input x [N,16]; expected x [N,8].');
  await expect(on.ready).rejects.toBeInstanceOf(ModelFileError);
  expect(await waiting).toEqual(['UNHEALTHY']);
  expect(on.status()).toMatchObject({ state: 'lost', workers: 0 });
});

test('a model that never loads: lost after the last attempt', async () => {
  const on = start({ modelPath: write(START.throws, ''), backendModule: fakeBackend });
  await expect(on.ready).rejects.toThrow('no memory');
  expect(on.status().state).toBe('lost');
});

test('a drain waits for whoever holds the engine, also for what is submitted meanwhile', async () => {
  const on = start({ workers: 1 });
  await on.ready;
  const [first, second] = [on.hold(), on.hold()];
  let drained = false;
  const drain = on.drain().then(() => {
    drained = true;
  });
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  expect(await call(on, [1])).toEqual([1]);
  expect(drained).toBe(false);
  const last = call(on, [2]);
  second[Symbol.dispose]();
  await drain;
  expect(await last).toEqual([2]);
});

test('engines beside each other have queues and workers of their own', async () => {
  const stuck = start({ workers: 1, maxQueue: 2, backendModule: fakeBackend, modelPath: write('stuck', '') });
  const other = start({ workers: 1, maxQueue: 2 });
  try {
    await Promise.all([stuck.ready, other.ready]);
    const hanging = call(stuck, [POISON.hangs]);
    // The worker has taken it: from here on nothing leaves that queue.
    await new Promise((resolve) => setImmediate(resolve));
    const waiting = call(stuck, [1, 2]);
    expect(stuck.reserve(1)).toBeUndefined();
    expect(await call(other, [5, 6])).toEqual([5, 6]);
    expect([stuck.status().state, other.status().state]).toEqual(['ready', 'ready']);
    await stuck.close();
    expect([await hanging, await waiting]).toEqual([['UNHEALTHY'], ['UNHEALTHY', 'UNHEALTHY']]);
    expect(await call(other, [7])).toEqual([7]);
  } finally {
    await stuck.close();
  }
});

test('on CUDA float32 is not rounded to TF32, unless someone wants it', async () => {
  const variable = 'NVIDIA_TF32_OVERRIDE';
  const before = process.env[variable];
  try {
    delete process.env[variable];
    await start({ executionProvider: 'cuda', backendModule: fakeBackend }).ready;
    expect(process.env[variable]).toBe('0');
  } finally {
    if (before === undefined) delete process.env[variable];
    else process.env[variable] = before;
  }
});

test('an execution provider that this machine lacks is told as such, and not tried again', async () => {
  const losses: string[] = [];
  const on = start({
    workers: 1,
    executionProvider: 'webgpu',
    observer: { onWorkerLost: ({ cause }) => losses.push(cause) },
  });
  const missing = executionProviderProblem('webgpu') === undefined ? /webgpu to work on this machine/ : /webgpu/;
  const failure = await on.ready.then(
    () => undefined,
    (error: unknown) => error,
  );
  // Where there is such a device, it computes.
  if (failure === undefined) return expect(await call(on, [3])).toEqual([3]);
  expect(failure).toBeInstanceOf(ExecutionProviderError);
  expect(String(failure)).toMatch(missing);
  expect(losses).toEqual(['UNUSABLE_MODEL']);
});
