// Owns the worker threads: how many run, which are idle, and that a lost one is replaced. Must not know batching,
// deadlines or an algorithm.
import { setTimeout as delay } from 'node:timers/promises';
import type { BatchRunner } from '../batch/batch-runner.ts';
import { ModelFileError } from './model-file-error.ts';
import { WorkerHandle, type WorkerOptions } from './worker-handle.ts';

export interface PoolOptions extends WorkerOptions {
  /** Threads; each holds the model in memory once. */
  readonly workers: number;
  /** Pause before the second attempt to start a worker, doubled for the third; 500 by default. */
  readonly restartDelayMs?: number;
  /** Called when a worker has become ready for the first time. */
  readonly onProgress?: (progress: { ready: number; workers: number }) => void;
  /** Called when a worker ended or could not start, with the cause for the log. `replaced` false: it is given up. */
  readonly onWorkerLost?: (loss: { error: Error; replaced: boolean }) => void;
}

/** A worker that fails to start this often in a row is given up. */
const MAX_START_FAILURES = 3;

export class WorkerPool implements BatchRunner {
  /** Resolves when every worker was ready once or is given up; rejects when none is left. */
  readonly ready: Promise<void>;
  readonly #options: PoolOptions;
  /** All threads that were not lost, starting ones included. */
  readonly #living = new Set<WorkerHandle>();
  /** Those of them that are ready, computing or not. */
  readonly #serving = new Set<WorkerHandle>();
  /** Those of them that compute nothing. */
  readonly #idle = new Set<WorkerHandle>();
  readonly #closing = new AbortController();
  readonly #seats: Promise<void>[];
  #seatsGivenUp = 0;
  #listener: () => void = () => {};

  constructor(options: PoolOptions) {
    this.#options = options;
    const starts = Array.from({ length: options.workers }, () => Promise.withResolvers<void>());
    let started = 0;
    for (const start of starts) {
      start.promise.then(
        () => options.onProgress?.({ ready: ++started, workers: options.workers }),
        () => {},
      );
    }
    this.ready = Promise.allSettled(starts.map((start) => start.promise)).then((results) => {
      const failures = results.filter((result) => result.status === 'rejected');
      if (failures[0] !== undefined && failures.length === results.length) throw failures[0].reason;
    });
    this.ready.catch(() => {});
    this.#seats = starts.map((start) => this.#keepSeat(start));
  }

  /** Workers that are ready, computing or not. */
  get readyWorkers(): number {
    return this.#serving.size;
  }

  /** True while at least one worker is ready. */
  get healthy(): boolean {
    return this.readyWorkers > 0;
  }

  get idleSlots(): number {
    return this.#idle.size;
  }

  get failed(): boolean {
    return this.#closing.signal.aborted || this.#seatsGivenUp === this.#options.workers;
  }

  onChange(listener: () => void): void {
    this.#listener = listener;
  }

  async run(rows: readonly Float32Array[]): Promise<readonly Float32Array[]> {
    const [worker] = this.#idle;
    if (worker === undefined) throw new Error('No worker is idle. This is a bug.');
    this.#idle.delete(worker);
    try {
      return await worker.run(rows);
    } finally {
      if (worker.usable && !this.#closing.signal.aborted) this.#idle.add(worker);
    }
  }

  /** Ends all threads; batches in progress may fail. Resolves when the threads are gone or cannot be ended. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#idle.clear();
    this.#listener();
    await Promise.all([...this.#living].map((worker) => worker.stop()));
    await Promise.all(this.#seats);
  }

  /** Keeps one place of the pool filled until the pool closes or its worker fails to start too often. */
  async #keepSeat(start: PromiseWithResolvers<void>): Promise<void> {
    const { restartDelayMs = 500, onWorkerLost } = this.#options;
    const closing = this.#closing.signal;
    for (let failures = 0; !closing.aborted; ) {
      const { error, served } = await this.#occupySeat(start.resolve).catch(neverStarted);
      if (closing.aborted) break;
      failures = served ? 0 : failures + 1;
      const givenUp = error instanceof ModelFileError || failures >= MAX_START_FAILURES;
      onWorkerLost?.({ error, replaced: !givenUp });
      if (givenUp) {
        this.#seatsGivenUp += 1;
        start.reject(error);
        return this.#listener();
      }
      // A worker that did serve is replaced at once; one that cannot start gets longer and longer pauses.
      if (failures > 0)
        await delay(restartDelayMs * 2 ** (failures - 1), undefined, { signal: closing }).catch(() => {});
    }
    start.reject(new Error('The worker pool was closed before its workers were ready.'));
  }

  /** Starts one worker and returns when it is lost. `served` tells whether it had become ready. */
  async #occupySeat(onReady: () => void): Promise<{ error: Error; served: boolean }> {
    const worker = new WorkerHandle(this.#options);
    this.#living.add(worker);
    const served = await worker.ready.then(
      () => true,
      () => false,
    );
    if (served && !this.#closing.signal.aborted) {
      this.#serving.add(worker);
      this.#idle.add(worker);
      onReady();
      this.#listener();
    }
    const error = await worker.lost;
    for (const workers of [this.#living, this.#serving, this.#idle]) workers.delete(worker);
    return { error, served };
  }
}

/** No thread could be made at all. */
function neverStarted(cause: unknown): { error: Error; served: boolean } {
  return { error: new Error('A worker thread could not be made.', { cause }), served: false };
}
