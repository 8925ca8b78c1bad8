// Owns the worker threads: how many run, which are idle, and that a lost one is replaced. Must not know batching,
// deadlines or an algorithm.
import { setTimeout as delay } from 'node:timers/promises';
import type { BatchRunner } from '../batch/batch-runner.ts';
import { WorkerHandle, type WorkerOptions } from './worker-handle.ts';
import { isPermanent, type LossCause, type WorkerLoss } from './worker-loss.ts';

/** What others may watch. Called synchronously: must be quick and must not throw. */
export interface PoolObserver {
  /** A worker can compute; `first` when its seat was never filled before. */
  onWorkerReady?(state: { ready: number; workers: number; first: boolean }): void;
  /** A worker ended or could not start. `replaced` false: its seat is given up. */
  onWorkerLost?(loss: { cause: LossCause; error: Error; ready: number; replaced: boolean }): void;
}

export interface PoolOptions extends WorkerOptions {
  /** Threads; each holds the model in memory once. */
  readonly workers: number;
  /** Pause after a second loss in a row, doubled after each further one; 500 by default. */
  readonly restartDelayMs?: number;
  readonly observer?: PoolObserver;
}

/** A seat whose worker fails to start this often is given up, unless one did start before. */
const MAX_START_FAILURES = 3;

const MAX_RESTART_DELAY_MS = 30_000;

/**
 * Lost threads that hang in native code keep their model and their core: with so many of them (or as many as there are
 * workers) none is replaced until one has ended.
 */
const MAX_STUCK_THREADS = 4;

export class WorkerPool implements BatchRunner {
  /** Resolves when every worker was ready once or is given up; rejects when none is left. */
  readonly ready: Promise<void>;
  readonly #options: PoolOptions;
  /** All threads that were not lost, starting ones included. */
  readonly #living = new Set<WorkerHandle>();
  /** Those of them that are ready, computing or not. */
  readonly #serving = new Set<WorkerHandle>();
  /** Those of them that compute nothing; who computed last stands at the end. */
  readonly #idle = new Set<WorkerHandle>();
  /** Lost threads that have not ended. */
  readonly #stuck = new Set<WorkerHandle>();
  /** Those that computed a batch: their loss is bad luck or a poisonous clip, not a restart loop. */
  readonly #proven = new WeakSet<WorkerHandle>();
  readonly #closing = new AbortController();
  readonly #closed = Promise.withResolvers<void>();
  readonly #seats: Promise<void>[];
  #seatsGivenUp = 0;
  /** Seats that stay empty until a thread that hangs has ended. */
  #seatsBehindStuck = 0;
  #listener: () => void = () => {};

  constructor(options: PoolOptions) {
    this.#options = options;
    const starts = Array.from({ length: options.workers }, () => Promise.withResolvers<void>());
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

  /** True when no worker is there and none comes by itself: what is left to hope for is a thread that hangs in native code. */
  get lost(): boolean {
    return this.failed || (this.#seatsGivenUp + this.#seatsBehindStuck === this.#options.workers && !this.healthy);
  }

  onChange(listener: () => void): void {
    this.#listener = listener;
  }

  async run(rows: readonly Float32Array[]): Promise<readonly Float32Array[]> {
    // Its weights are still in the cache of a processor, where others would have to fetch theirs.
    const worker = [...this.#idle].at(-1);
    if (worker === undefined) throw new Error('No worker is idle. This is a bug.');
    this.#idle.delete(worker);
    try {
      const outputs = await worker.run(rows);
      this.#proven.add(worker);
      return outputs;
    } finally {
      if (worker.usable && !this.#closing.signal.aborted) this.#idle.add(worker);
    }
  }

  /** Ends all threads; batches in progress may fail. Resolves when the threads are gone or cannot be ended. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#closed.resolve();
    this.#idle.clear();
    this.#listener();
    await Promise.all([...this.#living, ...this.#stuck].map((worker) => worker.stop()));
    await Promise.all(this.#seats);
  }

  /** Keeps one place of the pool filled until the pool closes, or its first worker fails to start too often. */
  async #keepSeat(start: PromiseWithResolvers<void>): Promise<void> {
    const { restartDelayMs = 500, observer } = this.#options;
    const closing = this.#closing.signal;
    let everServed = false;
    for (let losses = 0; !closing.aborted; ) {
      const { loss, served, proven } = await this.#occupySeat(start.resolve, !everServed);
      if (closing.aborted) break;
      everServed ||= served;
      losses = proven ? 1 : losses + 1;
      const givenUp = isPermanent(loss.error) || (!everServed && losses >= MAX_START_FAILURES);
      observer?.onWorkerLost?.({ ...loss, ready: this.readyWorkers, replaced: !givenUp });
      if (givenUp) {
        this.#seatsGivenUp += 1;
        start.reject(loss.error);
        return this.#listener();
      }
      await this.#mayReplace();
      // A worker that did compute is replaced at once; for a restart loop the pauses get longer and longer.
      const pauseMs = losses < 2 && served ? 0 : restartDelayMs * 2 ** Math.min(losses - 1, 16);
      if (pauseMs > 0)
        await delay(Math.min(pauseMs, MAX_RESTART_DELAY_MS), undefined, { signal: closing }).catch(() => {});
    }
    start.reject(new Error('The worker pool was closed before its workers were ready.'));
  }

  /** Starts one worker and returns when it is lost. `served`: it had become ready; `proven`: it had computed a batch. */
  async #occupySeat(onReady: () => void, first: boolean): Promise<SeatEnd> {
    let worker: WorkerHandle;
    try {
      worker = new WorkerHandle(this.#options);
    } catch (cause) {
      const error = new Error('A worker thread could not be made.', { cause });
      return { loss: { cause: 'START_FAILED', error }, served: false, proven: false };
    }
    this.#living.add(worker);
    const served = await worker.ready.then(
      () => true,
      () => false,
    );
    if (served && worker.usable && !this.#closing.signal.aborted) {
      this.#serving.add(worker);
      this.#idle.add(worker);
      onReady();
      const { workers, observer } = this.#options;
      observer?.onWorkerReady?.({ ready: this.readyWorkers, workers, first });
      this.#listener();
    }
    const loss = await worker.lost;
    for (const workers of [this.#living, this.#serving, this.#idle]) workers.delete(worker);
    this.#stuck.add(worker);
    void worker.exited.then(() => this.#stuck.delete(worker));
    return { loss, served, proven: this.#proven.has(worker) };
  }

  /** Resolves when few enough lost threads still run, or when the pool closes. */
  async #mayReplace(): Promise<void> {
    const most = Math.max(MAX_STUCK_THREADS, this.#options.workers);
    this.#seatsBehindStuck += 1;
    while (!this.#closing.signal.aborted && this.#stuck.size >= most) {
      await Promise.race([this.#closed.promise, ...[...this.#stuck].map(({ exited }) => exited)]);
    }
    this.#seatsBehindStuck -= 1;
  }
}

interface SeatEnd {
  readonly loss: WorkerLoss;
  readonly served: boolean;
  readonly proven: boolean;
}
