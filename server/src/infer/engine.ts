// Owns one algorithm's inference: puts the pool of threads behind the batcher and gives the HTTP side one object. Must not
// know HTTP or the algorithm beyond its model's signature.
import { prepareExecutionProvider } from '@predict-schemata/execution-providers';
import type { ModelSignature } from '../algorithms/algorithm.ts';
import { Batcher, type BatchItem } from '../batch/batcher.ts';
import type { Reservation } from '../batch/queue.ts';
import type { BackendSettings } from './backend.ts';
import type { EngineObserver } from './engine-observer.ts';
import { Holds } from './holds.ts';
import type { ModelStamp } from './model-stamp.ts';
import { type PoolOptions, WorkerPool } from './pool.ts';

export interface EngineOptions extends Pick<PoolOptions, 'restartDelayMs'> {
  readonly modelPath: string;
  readonly signature: ModelSignature;
  /** Worker threads, each with the model in memory. Times `threadsPerWorker` it should not exceed the processors. */
  readonly workers: number;
  readonly threadsPerWorker: number;
  /** Most rows in one batch. */
  readonly maxBatch: number;
  /** Most instances that wait for a worker or are being decoded; at least the most instances of one call. */
  readonly maxQueue: number;
  /** How long an idle worker waits for a fuller batch; 0 by default. */
  readonly maxBatchWaitMs?: number;
  /** `cpu` by default. */
  readonly executionProvider?: string;
  /** `private` by default. */
  readonly weights?: BackendSettings['weights'];
  /** A batch that takes longer costs its worker: far above the slowest full batch. 120,000 by default. */
  readonly hangLimitMs?: number;
  /** A worker that takes longer to load the model and warm up is given up. 300,000 by default. */
  readonly startLimitMs?: number;
  /** The model's files when their hash was taken; a worker that would load others does not start. */
  readonly stamp?: ModelStamp;
  readonly observer?: EngineObserver;
  /** Another module to compute with (see BackendModule); onnxruntime by default. */
  readonly backendModule?: URL;
}

export interface EngineStatus {
  /**
   * `starting` until `ready` settles, `ready` while at least one worker can compute, `unhealthy` while none can and one is being
   * replaced, `lost` when none can and none comes by itself.
   */
  readonly state: 'starting' | 'ready' | 'unhealthy' | 'lost' | 'closed';
  /** Workers that can compute now. */
  readonly workers: number;
  /** Instances that wait for a worker. */
  readonly queueDepth: number;
  /** Instances that are computed now. */
  readonly inFlight: number;
}

export interface Engine {
  /** Resolves when the workers are warm; rejects when none can start, with ModelFileError when the model is at fault. */
  readonly ready: Promise<void>;
  /**
   * Holds places for the instances of one request before they are decoded; undefined when the queue has no room. Call
   * `release` in a `finally`: what was not submitted (a clip that cannot be decoded) gives its place back.
   */
  reserve(places: number): Reservation | undefined;
  /** Keeps `drain` from resolving until it is disposed: for a call that has chosen this engine and not reserved yet. */
  hold(): Disposable;
  /**
   * Computes one row of exactly `inputLength` samples; gives `outputLength` finite numbers that belong to the caller.
   * @throws InstanceError INFERENCE_FAILED, DEADLINE_EXCEEDED, UNHEALTHY; ClientClosedError when the signal aborts.
   */
  submit(reservation: Reservation, item: BatchItem): Promise<Float32Array>;
  status(): EngineStatus;
  /** Resolves when nothing is held, reserved, waiting or computed. Refusing new requests is the caller's part. */
  drain(): Promise<void>;
  /** Ends the threads; what is unfinished fails with UNHEALTHY. */
  close(): Promise<void>;
}

/** Starts the workers of one model. Returns at once; entries may be submitted before `ready` and wait for a worker. */
export function startEngine(options: EngineOptions): Engine {
  const { threadsPerWorker, maxBatch, maxBatchWaitMs, maxQueue, observer } = options;
  const { executionProvider = 'cpu', weights = 'private' } = options;
  // Before a worker loads it: of a worker's variables the process knows nothing.
  prepareExecutionProvider(executionProvider);
  const pool = new WorkerPool({
    ...options,
    settings: { threads: threadsPerWorker, executionProvider, weights },
    hangLimitMs: options.hangLimitMs ?? 120_000,
    startLimitMs: options.startLimitMs ?? 300_000,
    backendModule: options.backendModule ?? new URL('./onnx.ts', import.meta.url),
  });
  const batcher = new Batcher(pool, {
    maxBatchCost: maxBatch,
    maxQueue,
    ...(maxBatchWaitMs !== undefined && { maxBatchWaitMs }),
    ...(observer && { observer }),
  });
  const holds = new Holds();
  let starting = true;
  let closed = false;
  const started = () => {
    starting = false;
  };
  pool.ready.then(started, started);
  const state = () => {
    if (closed) return 'closed';
    if (starting) return 'starting';
    if (pool.healthy) return 'ready';
    return pool.lost ? 'lost' : 'unhealthy';
  };
  return {
    ready: pool.ready,
    reserve: (places) => batcher.reserve(places),
    submit: (reservation, item) => batcher.submit(reservation, item),
    status: () => ({
      state: state(),
      workers: pool.readyWorkers,
      queueDepth: batcher.queueDepth,
      inFlight: batcher.inFlight,
    }),
    hold: () => holds.take(),
    async drain() {
      do {
        await holds.released();
        await batcher.drain();
      } while (holds.count > 0);
    },
    close() {
      closed = true;
      batcher.close();
      return pool.close();
    },
  };
}
