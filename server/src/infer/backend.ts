// Owns the interface between a worker thread and whatever computes in it, and the messages between the worker and its
// pool. Everything here is plain data or a type: classes do not survive the way between threads.
import type { ModelSignature } from '../algorithms/algorithm.ts';
import type { ModelStamp } from './model-stamp.ts';
import type { ErrorData } from './worker-loss.ts';

/** How a session is run. */
export interface BackendSettings {
  /** Threads that one worker computes with; its own thread is the first of them. */
  readonly threads: number;
  /** Name of an onnxruntime execution provider, for example `cpu`. */
  readonly executionProvider: string;
  /** `private`: the session lays the weights out anew for its products. `shared`: it reads external data where the file is mapped. */
  readonly weights: 'private' | 'shared';
}

export interface BackendOptions {
  readonly modelPath: string;
  /** The files as they were when the model's hash was taken; a worker refuses to start from others. */
  readonly stamp?: ModelStamp;
  readonly signature: ModelSignature;
  readonly settings: BackendSettings;
  readonly maxBatch: number;
  /** `maxBatch × inputLength` samples, shared with the pool, which fills the first rows before each run. */
  readonly input: Float32Array;
  /** `maxBatch × outputLength` numbers, shared with the pool, which reads the first rows after each run. */
  readonly output: Float32Array;
  /**
   * One number, shared with the pool: 1 while native code computes, which the thread must not be ended in the middle of.
   * Left out where nobody ends the thread.
   */
  readonly inNative?: Int32Array;
}

/** Computes on the thread that it was opened on. One run at a time. */
export interface Backend {
  /** Reads the first `rows` rows of the input, writes as many rows of the output. Rejects when it cannot. */
  run(rows: number): Promise<void>;
  /** Frees the model. */
  close(): Promise<void>;
}

/** What a backend module exports. */
export interface BackendModule {
  /** @throws ModelFileError or ExecutionProviderError when it will never work: it is not tried again. */
  openBackend(options: BackendOptions): Promise<Backend>;
}

/** The workerData of a worker thread. */
export interface WorkerInit {
  /** URL of a BackendModule. */
  readonly backendModule: string;
  readonly options: BackendOptions;
}

/** From the pool to a worker. `run` may only be sent when the answer to the one before has come. */
export type WorkerRequest = { readonly type: 'run'; readonly rows: number } | { readonly type: 'close' };

/** From a worker to its pool. */
export type WorkerReply =
  | { readonly type: 'ready' }
  | { readonly type: 'start-failed'; readonly error: ErrorData }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly error: ErrorData };
