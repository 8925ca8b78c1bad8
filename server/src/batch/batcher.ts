// Owns the way of an entry from a reserved place to its result: idle slots pull batches, deadlines and aborts are kept,
// a failed batch is repeated entry by entry. Must not know HTTP, threads, the model or an algorithm.
import { ClientClosedError } from '../errors.ts';
import { Alarm } from './alarm.ts';
import { batchFailed, deadlineExceeded, type EntryError, notFinite, noWorker } from './batch-error.ts';
import type { BatchRunner } from './batch-runner.ts';
import { type Clock, systemClock } from './clock.ts';
import { FairQueue, type Reservation } from './queue.ts';

/** One row of the model's input and how long its caller waits for it. */
export interface BatchItem {
  readonly input: Float32Array;
  /** Share of a batch, a whole number from 1; 1 by default. */
  readonly cost?: number;
  /** Monotonic milliseconds (performance.now) after which the caller gets DEADLINE_EXCEEDED. */
  readonly deadlineAtMs: number;
  readonly signal?: AbortSignal;
  /** Called when the entry first leaves the queue for a worker: waiting ends and computing begins. Must not throw. */
  readonly onStart?: (nowMs: number) => void;
  /** Whoever wants to be found again by the observer of its batch; the batcher does not look at it. */
  readonly origin?: unknown;
}

/** How an entry ended. */
export type Outcome = 'OK' | EntryError['reason'];

/** What others may watch. Called synchronously on the way of a batch: must be quick and must not throw. */
export interface BatchObserver {
  /**
   * A batch was handed to a worker. `waitsMs` has one time in the queue per row; empty when `retry`, the second chance of
   * an entry whose batch failed. `queueDepth` counts the entries that are left waiting.
   */
  onBatch?(batch: { rows: number; cost: number; waitsMs: readonly number[]; retry: boolean; queueDepth: number }): void;
  /** `origins` has the one of each row. */
  onBatchEnd?(batch: { rows: number; computeMs: number; origins: readonly unknown[]; error?: unknown }): void;
  /** An entry's promise was settled; once per entry. `computed` false: it was dropped before it cost a worker anything. */
  onSettled?(entry: { outcome: Outcome; totalMs: number; computed: boolean }): void;
}

export interface BatcherOptions {
  /** Most cost in one batch; with costs of 1, its rows. */
  readonly maxBatchCost: number;
  /** Most entries that wait or are reserved. */
  readonly maxQueue: number;
  /** How long an idle slot lets an entry wait for others to fill its batch; 0 by default. */
  readonly maxBatchWaitMs?: number;
  readonly clock?: Clock;
  readonly observer?: BatchObserver;
}

/** An entry from `submit` to its settlement. */
interface Entry {
  readonly item: BatchItem;
  readonly cost: number;
  readonly deadlineAtMs: number;
  readonly signal: AbortSignal | undefined;
  readonly submittedAtMs: number;
  readonly resolve: (row: Float32Array) => void;
  readonly reject: (error: EntryError) => void;
  readonly onAbort: () => void;
  /** True once a worker was given it. */
  computed: boolean;
}

/**
 * Groups the entries of all requests into batches. By default no timer fills a batch: while the slots are busy the queue
 * fills by itself, and an idle slot waits for nobody (a larger batch gains a CPU next to nothing).
 */
export class Batcher {
  readonly #runner: BatchRunner;
  readonly #queue: FairQueue<Entry>;
  readonly #clock: Clock;
  readonly #observer: BatchObserver;
  readonly #maxBatchCost: number;
  readonly #maxBatchWaitMs: number;
  /** Entries whose promise is not settled, wherever they are. */
  readonly #pending = new Set<Entry>();
  /** Entries of failed batches, each to be computed alone. */
  readonly #retries: Entry[] = [];
  #batchesInFlight = 0;
  #pumpPlanned = false;
  #closed = false;
  /** At the earliest deadline; it need not be moved when that entry settles, it then finds nothing late. */
  readonly #deadlineAlarm: Alarm;
  /** When a batch that is not full is taken all the same. */
  readonly #fillAlarm: Alarm;
  #drained: (() => void)[] = [];

  constructor(runner: BatchRunner, options: BatcherOptions) {
    this.#runner = runner;
    this.#clock = options.clock ?? systemClock;
    this.#observer = options.observer ?? {};
    this.#maxBatchCost = options.maxBatchCost;
    this.#maxBatchWaitMs = options.maxBatchWaitMs ?? 0;
    this.#deadlineAlarm = new Alarm(this.#clock, () => this.#dropLate());
    this.#fillAlarm = new Alarm(this.#clock, () => this.#pump());
    this.#queue = new FairQueue(options.maxQueue, options.maxBatchCost, () => this.#resolveDrained());
    runner.onChange(() => this.#pump());
  }

  /** Entries that wait in the queue, without reserved places. */
  get queueDepth(): number {
    return this.#queue.depth;
  }

  /** Entries taken from the queue whose caller still waits. */
  get inFlight(): number {
    return this.#pending.size - this.#queue.depth;
  }

  /** Holds places for the instances of one request before they are decoded; undefined when the queue has no room. */
  reserve(places: number): Reservation | undefined {
    return this.#queue.tryReserve(places);
  }

  /**
   * Lets one row be computed on a reserved place. Nobody reads the row any more once the promise is settled.
   * @returns the row of the output, owned by the caller.
   * @throws InstanceError INFERENCE_FAILED, DEADLINE_EXCEEDED or UNHEALTHY; ClientClosedError when the signal aborts.
   */
  submit(reservation: Reservation, item: BatchItem): Promise<Float32Array> {
    return new Promise((resolve, reject) => {
      const { deadlineAtMs, signal, cost = 1 } = item;
      const onAbort = () => this.#fail(entry, new ClientClosedError());
      const submittedAtMs = this.#clock.nowMs();
      const entry: Entry = {
        item,
        cost,
        deadlineAtMs,
        signal,
        submittedAtMs,
        resolve,
        reject,
        onAbort,
        computed: false,
      };
      this.#queue.append(reservation, entry);
      this.#pending.add(entry);
      if (signal?.aborted) return onAbort();
      if (this.#closed || this.#runner.failed) return this.#fail(entry, noWorker());
      signal?.addEventListener('abort', onAbort);
      this.#watchDeadline(deadlineAtMs);
      this.#planPump();
    });
  }

  /** Resolves when no place is reserved, nothing waits and no batch is computed. Does not refuse new work by itself. */
  drain(): Promise<void> {
    return new Promise((resolve) => {
      this.#drained.push(resolve);
      this.#resolveDrained();
    });
  }

  /** Fails everything that is not finished with UNHEALTHY, and whatever is submitted afterwards. */
  close(): void {
    this.#closed = true;
    for (const entry of this.#pending) this.#fail(entry, noWorker());
  }

  /** Waits until the current job of the event loop is done, so that the entries of one call can share a batch. */
  #planPump(): void {
    if (this.#pumpPlanned) return;
    this.#pumpPlanned = true;
    queueMicrotask(() => {
      this.#pumpPlanned = false;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#runner.failed) {
      for (const entry of this.#pending) this.#fail(entry, noWorker());
    }
    while (this.#runner.idleSlots > 0) {
      const retry = this.#nextRetry();
      const batch = retry === undefined ? this.#nextBatch() : [retry];
      if (batch.length === 0) break;
      void this.#compute(batch, retry !== undefined);
    }
    this.#resolveDrained();
  }

  #nextRetry(): Entry | undefined {
    for (;;) {
      const entry = this.#retries.shift();
      if (entry === undefined || this.#pending.has(entry)) return entry;
    }
  }

  #nextBatch(): Entry[] {
    const nowMs = this.#clock.nowMs();
    if (this.#letsItFill(nowMs)) return [];
    const { batch, dropped } = this.#queue.take(this.#nextCost(), nowMs);
    for (const { entry, reason } of dropped) {
      const late = reason === 'DEADLINE_EXCEEDED';
      this.#fail(entry, late ? deadlineExceeded(nowMs - entry.submittedAtMs) : new ClientClosedError());
    }
    return batch;
  }

  #nextCost(): number {
    // Whoever lets batches fill wants them whole.
    if (this.#maxBatchWaitMs > 0) return this.#maxBatchCost;
    // What waits is shared between the idle slots: two workers finish two halves sooner than one the whole.
    return Math.min(Math.ceil(this.#queue.waitingCost / this.#runner.idleSlots), this.#maxBatchCost);
  }

  /** True when what waits is less than a batch and may wait longer; sets the alarm that ends that. */
  #letsItFill(nowMs: number): boolean {
    const { oldest, waitingCost } = this.#queue;
    if (this.#maxBatchWaitMs === 0 || oldest === undefined || waitingCost >= this.#maxBatchCost) return false;
    const atMs = oldest.submittedAtMs + this.#maxBatchWaitMs;
    if (nowMs >= atMs) return false;
    this.#fillAlarm.set(atMs);
    return true;
  }

  async #compute(batch: readonly Entry[], retry: boolean): Promise<void> {
    const startedAtMs = this.#clock.nowMs();
    const rows = batch.length;
    this.#batchesInFlight += 1;
    if (!retry) for (const entry of batch) entry.item.onStart?.(startedAtMs);
    for (const entry of batch) entry.computed = true;
    const waitsMs = retry ? [] : batch.map((entry) => startedAtMs - entry.submittedAtMs);
    const cost = batch.reduce((sum, entry) => sum + entry.cost, 0);
    this.#observer.onBatch?.({ rows, cost, waitsMs, retry, queueDepth: this.#queue.depth });
    let outputs: readonly Float32Array[] = [];
    let failure: { readonly error: unknown } | undefined;
    try {
      outputs = await this.#runner.run(batch.map((entry) => entry.item.input));
      if (outputs.length !== rows)
        throw new Error(`Expected ${rows} output rows, got ${outputs.length}. This is a bug.`);
    } catch (error) {
      failure = { error };
      // One entry may have spoilt the batch for its neighbours: each gets a second chance alone.
      if (rows > 1) this.#retries.push(...batch);
    }
    this.#batchesInFlight -= 1;
    const origins = batch.map((entry) => entry.item.origin);
    this.#observer.onBatchEnd?.({ rows, computeMs: this.#clock.nowMs() - startedAtMs, origins, ...failure });
    // The slot gets its next batch before the results of this one are handed out.
    this.#pump();
    for (const [index, entry] of batch.entries()) {
      const row = outputs[index];
      if (failure === undefined && row !== undefined) this.#finish(entry, row);
      else if (rows === 1) this.#fail(entry, batchFailed(failure?.error));
    }
  }

  #finish(entry: Entry, row: Float32Array): void {
    const badIndex = firstNotFinite(row);
    if (badIndex !== undefined) this.#fail(entry, notFinite(badIndex));
    else if (this.#settle(entry, 'OK')) entry.resolve(row);
  }

  #fail(entry: Entry, error: EntryError): void {
    if (this.#settle(entry, error.reason)) entry.reject(error);
  }

  /** Ends the waiting of an entry, wherever it is. False when that happened before: the later result is dropped. */
  #settle(entry: Entry, outcome: Outcome): boolean {
    if (!this.#pending.delete(entry)) return false;
    this.#queue.remove(entry);
    entry.signal?.removeEventListener('abort', entry.onAbort);
    if (this.#pending.size === 0) {
      this.#deadlineAlarm.clear();
      this.#fillAlarm.clear();
    }
    const totalMs = this.#clock.nowMs() - entry.submittedAtMs;
    this.#observer.onSettled?.({ outcome, totalMs, computed: entry.computed });
    this.#resolveDrained();
    return true;
  }

  #watchDeadline(deadlineAtMs: number): void {
    const { atMs = Number.POSITIVE_INFINITY } = this.#deadlineAlarm;
    if (deadlineAtMs < atMs) this.#deadlineAlarm.set(deadlineAtMs);
  }

  #dropLate(): void {
    const nowMs = this.#clock.nowMs();
    for (const entry of this.#pending) {
      if (entry.deadlineAtMs <= nowMs) this.#fail(entry, deadlineExceeded(nowMs - entry.submittedAtMs));
      else this.#watchDeadline(entry.deadlineAtMs);
    }
  }

  #resolveDrained(): void {
    if (this.#drained.length === 0) return;
    if (this.#queue.reserved > 0 || this.#pending.size > 0 || this.#batchesInFlight > 0) return;
    const drained = this.#drained;
    this.#drained = [];
    for (const resolve of drained) resolve();
  }
}

/** A loop, since `findIndex` calls a function for each number. */
function firstNotFinite(row: Float32Array): number | undefined {
  for (let index = 0; index < row.length; index += 1) if (!Number.isFinite(row[index])) return index;
  return undefined;
}
