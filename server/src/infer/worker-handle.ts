// Owns one worker thread from the pool's side: its shared slots, the run in progress, and the one moment at which it is
// lost. Must not know that there are others.
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { BackendOptions, WorkerInit, WorkerReply, WorkerRequest } from './backend.ts';
import { fromErrorData, isPermanent, type LossCause, type WorkerLoss } from './worker-loss.ts';

export interface WorkerOptions extends Omit<BackendOptions, 'input' | 'output'> {
  /** The module that computes. */
  readonly backendModule: URL;
  /** A run that takes longer counts as hanging: the thread is ended. */
  readonly hangLimitMs: number;
  /** A start, warm-up included, that takes longer counts as hanging too. */
  readonly startLimitMs: number;
  /** Most memory for the thread's own JavaScript objects; 256 MiB by default. The model and the slots lie outside. */
  readonly maxHeapMiB?: number;
}

/** A worker holds a session and one pair of tensors for each batch size: far below this, unless something leaks. */
const MAX_HEAP_MIB = 256;

/** How long a thread may take to end by itself, and then again until it is given up. */
const STOP_GRACE_MS = 2000;

/** Threads of the whole process that are lost and have not ended. */
let stuck = 0;

/** Threads that hang in native code. `process.exit` would wait for them for ever. */
export function stuckThreads(): number {
  return stuck;
}

export class WorkerHandle {
  /** Resolves after the warm-up, rejects when the thread ended before: see `isPermanent` for whether it always will. */
  readonly ready: Promise<void>;
  /** Resolves with the reason when the thread is no longer usable. Never rejects. */
  readonly lost: Promise<WorkerLoss>;
  /** Resolves when the thread has ended. A lost one that hangs in native code may never do so. */
  readonly exited: Promise<void>;
  readonly #thread: Worker;
  readonly #options: WorkerOptions;
  // Each thread has slots of its own, so that one that hangs cannot write into the results of its successor.
  readonly #input: Float32Array;
  readonly #output: Float32Array;
  readonly #inNative = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #ready = Promise.withResolvers<void>();
  readonly #lost = Promise.withResolvers<WorkerLoss>();
  #run: { resolve(): void; reject(error: Error): void } | undefined;
  readonly #startTimer: NodeJS.Timeout;
  #loss: WorkerLoss | undefined;

  /** @throws when there is no memory for the slots or no room for a thread. */
  constructor(options: WorkerOptions) {
    this.#options = options;
    this.ready = this.#ready.promise;
    this.lost = this.#lost.promise;
    // Those who wait for readiness see the failure; it must not end the process when nobody does.
    this.ready.catch(() => {});
    const { modelPath, stamp, signature, settings, maxBatch, backendModule, startLimitMs } = options;
    this.#input = sharedFloats(maxBatch * signature.inputLength);
    this.#output = sharedFloats(maxBatch * signature.outputLength);
    const init: WorkerInit = {
      backendModule: backendModule.href,
      options: {
        modelPath,
        ...(stamp && { stamp }),
        signature,
        settings,
        maxBatch,
        input: this.#input,
        output: this.#output,
        inNative: this.#inNative,
      },
    };
    this.#thread = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: init,
      resourceLimits: { maxOldGenerationSizeMb: options.maxHeapMiB ?? MAX_HEAP_MIB },
    });
    this.#startTimer = setTimeout(() => {
      this.#lose('START_HUNG', new Error(`The worker thread was not ready after ${startLimitMs} ms.`));
    }, startLimitMs);
    this.exited = new Promise((resolve) => {
      this.#thread.once('exit', (code) => {
        this.#lose('CRASHED', new Error(`The worker thread ended with code ${code}.`));
        stuck -= 1;
        resolve();
      });
    });
    this.#thread.on('message', (reply: WorkerReply) => this.#onReply(reply));
    this.#thread.on('error', (error) => {
      const outOfMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      if (outOfMemory) this.#lose('OUT_OF_MEMORY', new Error('The worker thread ran out of memory.', { cause: error }));
      else this.#lose('CRASHED', new Error('The worker thread failed.', { cause: error }));
    });
  }

  /** False from the moment at which the thread is lost. */
  get usable(): boolean {
    return this.#loss === undefined;
  }

  /** Computes a batch of at most `maxBatch` rows. Only one at a time. Rejects when the batch failed or the thread is lost. */
  async run(rows: readonly Float32Array[]): Promise<Float32Array[]> {
    const { signature, maxBatch, hangLimitMs } = this.#options;
    if (this.#run !== undefined) throw new Error('The worker thread already computes a batch. This is a bug.');
    if (this.#loss !== undefined) throw this.#loss.error;
    if (rows.length < 1 || rows.length > maxBatch) {
      throw new RangeError(`Expected 1 to ${maxBatch} rows, got ${rows.length}. This is a bug.`);
    }
    for (const [index, row] of rows.entries()) {
      // A shorter row would leave samples of another client in the slot.
      if (row.length !== signature.inputLength) {
        throw new RangeError(`Expected rows of ${signature.inputLength} samples, got ${row.length}. This is a bug.`);
      }
      this.#input.set(row, index * signature.inputLength);
    }
    const hangTimer = setTimeout(() => {
      this.#lose('HUNG', new Error(`The worker thread took longer than ${hangLimitMs} ms for ${rows.length} rows.`));
    }, hangLimitMs);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#run = { resolve, reject };
        this.#send({ type: 'run', rows: rows.length });
      });
    } finally {
      clearTimeout(hangTimer);
      this.#run = undefined;
    }
    const length = signature.outputLength;
    return rows.map((_, index) => this.#output.slice(index * length, (index + 1) * length));
  }

  /**
   * Ends the thread: first by asking, then by force. Native code cannot be interrupted; a thread that hangs in it is
   * left behind after twice the grace time. Even process.exit waits for such a thread, only a signal ends it: see
   * `stuckThreads`.
   */
  async stop(): Promise<void> {
    if (this.usable) this.#send({ type: 'close' });
    if (await this.#exitsWithin(STOP_GRACE_MS)) return;
    this.#lose('HUNG', new Error('The worker thread did not end when asked.'));
    await this.#exitsWithin(STOP_GRACE_MS);
  }

  async #exitsWithin(limitMs: number): Promise<boolean> {
    const waiting = new AbortController();
    const late = delay(limitMs, false, { signal: waiting.signal }).catch(() => false);
    const exited = await Promise.race([this.exited.then(() => true), late]);
    waiting.abort();
    return exited;
  }

  #onReply(reply: WorkerReply): void {
    if (reply.type === 'ready') {
      clearTimeout(this.#startTimer);
      this.#ready.resolve();
    } else if (reply.type === 'done') this.#run?.resolve();
    else if (reply.type === 'failed') this.#run?.reject(fromErrorData(reply.error));
    else {
      const error = fromErrorData(reply.error);
      this.#lose(isPermanent(error) ? 'UNUSABLE_MODEL' : 'START_FAILED', error);
    }
  }

  /** From here on the thread is of no use, so it is ended; the promises tell everyone who depends on it. */
  #lose(cause: LossCause, error: Error): void {
    if (this.#loss !== undefined) return;
    this.#loss = { cause, error };
    stuck += 1;
    clearTimeout(this.#startTimer);
    // onnxruntime-node ends the whole process when it comes back to a thread that is being ended: it finds no JavaScript to
    // put its result into, and throws where nobody catches. So a thread in there goes by itself when it is back.
    if (Atomics.load(this.#inNative, 0) === 1) this.#send({ type: 'close' });
    else void this.#thread.terminate();
    // If it cannot be ended it must not keep the process alive either.
    this.#thread.unref();
    this.#ready.reject(error);
    this.#run?.reject(error);
    this.#lost.resolve(this.#loss);
  }

  #send(request: WorkerRequest): void {
    this.#thread.postMessage(request);
  }
}

function sharedFloats(count: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(count * Float32Array.BYTES_PER_ELEMENT));
}
