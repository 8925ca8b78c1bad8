// Owns one algorithm's inference: puts the pool of threads behind the batcher and gives the HTTP side one object. Must not
// know HTTP or the algorithm beyond its model's signature.
import type { ModelSignature } from '../algorithms/algorithm.ts';
import { Batcher, type BatchItem, type BatchObserver } from '../batch/batcher.ts';
import type { Reservation } from '../batch/queue.ts';
import { type PoolOptions, WorkerPool } from './pool.ts';

export interface EngineOptions extends Pick<PoolOptions, 'onProgress' | 'onWorkerLost' | 'restartDelayMs'> {
  readonly modelPath: string;
  readonly signature: ModelSignature;
  /** Worker threads, each with the model in memory. Times `threadsPerWorker` it should not exceed the processors. */
  readonly workers: number;
  readonly threadsPerWorker: number;
  /** Most rows in one batch. */
  readonly maxBatch: number;
  /** Most instances that wait for a worker or are being decoded; at least the most instances of one call. */
  readonly maxQueue: number;
  /** `cpu` by default. */
  readonly executionProvider?: string;
  /** A batch that takes longer costs its worker: far above the slowest full batch. 120,000 by default. */
  readonly hangLimitMs?: number;
  readonly observer?: BatchObserver;
  /** Another module to compute with (see BackendModule); onnxruntime by default. */
  readonly backendModule?: URL;
}

export interface EngineStatus {
  /** `starting` until `ready` settles, `ready` while at least one worker can compute. */
  readonly state: 'starting' | 'ready' | 'unhealthy' | 'closed';
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
  /**
   * Computes one row of exactly `inputLength` samples; gives `outputLength` finite numbers that belong to the caller.
   * @throws InstanceError INFERENCE_FAILED, DEADLINE_EXCEEDED, UNHEALTHY; ClientClosedError when the signal aborts.
   */
  submit(reservation: Reservation, item: BatchItem): Promise<Float32Array>;
  status(): EngineStatus;
  /** Resolves when nothing is reserved, waiting or computed. Refusing new requests is the caller's part. */
  drain(): Promise<void>;
  /** Ends the threads; what is unfinished fails with UNHEALTHY. */
  close(): Promise<void>;
}

/** Starts the workers of one model. Returns at once; entries may be submitted before `ready` and wait for a worker. */
export function startEngine(options: EngineOptions): Engine {
  const { threadsPerWorker, maxBatch, maxQueue, observer, executionProvider = 'cpu' } = options;
  const pool = new WorkerPool({
    ...options,
    settings: { threads: threadsPerWorker, executionProvider },
    hangLimitMs: options.hangLimitMs ?? 120_000,
    backendModule: options.backendModule ?? new URL('./onnx.ts', import.meta.url),
  });
  const batcher = new Batcher(pool, { maxBatchCost: maxBatch, maxQueue, ...(observer && { observer }) });
  let starting = true;
  let closed = false;
  const started = () => {
    starting = false;
  };
  pool.ready.then(started, started);
  const state = () => {
    if (closed) return 'closed';
    if (starting) return 'starting';
    return pool.healthy ? 'ready' : 'unhealthy';
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
    drain: () => batcher.drain(),
    close() {
      closed = true;
      batcher.close();
      return pool.close();
    },
  };
}
