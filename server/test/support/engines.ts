// Owns engines that are held in a state: the real queue and batcher over a runner that computes in memory, never, or wrongly.

import type { BatchRunner } from '../../src/batch/batch-runner.ts';
import { Batcher } from '../../src/batch/batcher.ts';
import type { Engine, EngineStatus } from '../../src/infer/engine.ts';

const OUTPUT_LENGTH = 512;

type Compute = (row: Float32Array) => Float32Array;

/** What the working engine computes: the first samples, so that a test can tell whose row it got. */
export const firstSamples: Compute = (row) => row.slice(0, OUTPUT_LENGTH);

/** Computes at once. */
export function workingEngine(compute: Compute = firstSamples, maxQueue = 64): Engine {
  return engineOf(
    { idleSlots: 1, failed: false, onChange: () => {}, run: async (rows) => rows.map(compute) },
    maxQueue,
  );
}

/** Never computes: whatever is submitted waits until its deadline. */
export function stuckEngine(maxQueue = 64): Engine {
  return engineOf({ idleSlots: 0, failed: false, onChange: () => {}, run: () => new Promise(() => {}) }, maxQueue);
}

/** Computes one batch at a time, each when the test says so. */
export function steppedEngine(maxQueue = 64): { readonly engine: Engine; step(): void } {
  const steps: (() => void)[] = [];
  let waitingSteps = 0;
  const runner = {
    idleSlots: 1,
    failed: false,
    onChange: () => {},
    async run(rows: readonly Float32Array[]) {
      runner.idleSlots = 0;
      await new Promise<void>((resolve) => {
        if (waitingSteps > 0) {
          waitingSteps -= 1;
          resolve();
        } else steps.push(resolve);
      });
      runner.idleSlots = 1;
      return rows.map(firstSamples);
    },
  };
  const step = () => {
    const next = steps.shift();
    if (next === undefined) waitingSteps += 1;
    else next();
  };
  return { engine: engineOf(runner, maxQueue), step };
}

/** Has no place left. */
export function fullEngine(): Engine {
  const engine = stuckEngine(1);
  engine.reserve(1);
  return engine;
}

/** Every computation fails. */
export function failingEngine(): Engine {
  return engineOf(
    {
      idleSlots: 1,
      failed: false,
      onChange: () => {},
      run: () => Promise.reject(new Error('the test lets this computation fail')),
    },
    64,
  );
}

/** No worker can compute at this moment, and one is being replaced. */
export function recoveringEngine(): Engine {
  return engineOf(
    { idleSlots: 0, failed: false, onChange: () => {}, run: () => new Promise(() => {}) },
    64,
    'unhealthy',
  );
}

/** All workers are lost for good. */
export function deadEngine(): Engine {
  return engineOf(
    { idleSlots: 0, failed: true, onChange: () => {}, run: () => Promise.reject(new Error('no worker')) },
    64,
    'lost',
  );
}

function engineOf(runner: BatchRunner, maxQueue: number, state: EngineStatus['state'] = 'ready'): Engine {
  const batcher = new Batcher(runner, { maxBatchCost: 8, maxQueue });
  return {
    ready: Promise.resolve(),
    reserve: (places) => batcher.reserve(places),
    submit: (reservation, item) => batcher.submit(reservation, item),
    status: () => ({ state, workers: 1, queueDepth: batcher.queueDepth, inFlight: batcher.inFlight }),
    hold: () => ({ [Symbol.dispose]: () => {} }),
    drain: () => batcher.drain(),
    close: async () => batcher.close(),
  };
}
