// Owns the types of the global `PredictSchemata`: what a page hands over and gets back. For editors and the type checker alone; no
// page loads it. generated/methods.d.ts adds a method for each algorithm.

interface Window {
  PredictSchemata: PredictSchemata.Global;
}

declare const PredictSchemata: PredictSchemata.Global;

declare namespace PredictSchemata {
  /** Samples of one channel: integers of 16 bits, or floats whose usual range is -1 to 1. */
  type Samples = Int16Array | Float32Array | Float64Array;

  /**
   * One sound: a WAV file (File, Blob or its bytes), samples at the algorithm's rate or with a rate of their own, or the address of a
   * WAV file in cloud storage with a token that may read it.
   */
  type Sound =
    | Blob
    | ArrayBuffer
    | Uint8Array
    | Samples
    | { readonly samples: Samples; readonly sampleRateHz: number }
    | { readonly uri: string; readonly token?: string };

  /**
   * Gives a bearer token. `refused` is the one that the server has just answered with 401, if any: give a fresh one then. A client
   * has one question under way at a time: calls that wait meanwhile take its answer.
   */
  type TokenProvider = (refused: string | undefined) => string | Promise<string>;

  interface Limits {
    /** Most instances of one call. */
    readonly maxInstances: number;
    /** Most bytes of one call's body. */
    readonly maxBodyBytes: number;
  }

  interface RetryPolicy {
    /** 4 by default; the first one counts. */
    readonly maxAttempts: number;
    /** 250 by default. */
    readonly initialBackoffMs: number;
    /** 8000 by default. */
    readonly maxBackoffMs: number;
  }

  interface Progress {
    /** Sounds that have a result or an error. */
    readonly done: number;
    readonly total: number;
  }

  interface CallOptions extends Partial<RetryPolicy>, Partial<Limits> {
    /** Ends the whole call, repeats included; 60 s by default. */
    readonly deadlineMs?: number;
    /** Calls under way at once; 4 by default. */
    readonly maxParallelCalls?: number;
    /** Gives the call up. */
    readonly signal?: AbortSignal;
    /** Told after each call of `predictSounds` that was answered. */
    readonly onProgress?: (progress: Progress) => void;
  }

  interface ClientOptions extends CallOptions {
    /** Where the server is, `http://127.0.0.1:8080` by default; an empty text is the page's own origin. */
    readonly baseUrl?: string;
    readonly project?: string;
    readonly location?: string;
    /** The algorithm's name by default. */
    readonly endpoint?: string;
    readonly token?: string | TokenProvider;
    /** Sent with every request. The server must allow the page's origin to send them. */
    readonly headers?: Readonly<Record<string, string>>;
  }

  /** What is wrong with one sound; the others have their results. */
  interface SoundError {
    /** A reason of the contract's fixed list. */
    readonly reason: string;
    /** For a person. */
    readonly description: string;
  }

  type Prediction =
    | {
        /** The result's numbers; of named ones in the contract's order. */
        readonly values: Float32Array;
        /** The same by name, where the contract names them. */
        readonly byName?: Readonly<Record<string, number>>;
        readonly error?: undefined;
      }
    | { readonly values?: undefined; readonly byName?: undefined; readonly error: SoundError };

  /** The facts of the answer that came last; all undefined when no call was needed. */
  interface AnswerFacts {
    /** Says when it is an untrained development model. */
    readonly modelDisplayName: string | undefined;
    readonly deployedModelId: string | undefined;
    readonly metadata: Readonly<Record<string, unknown>> | undefined;
  }

  interface Answer extends AnswerFacts {
    /** One for each sound, in their order. */
    readonly predictions: readonly Prediction[];
    /** Stage of the server → milliseconds, added up over the answered calls; empty where the server does not expose the header. */
    readonly serverTiming: Readonly<Record<string, number>>;
    /** Calls that were answered, repeats of single sounds included. */
    readonly calls: number;
  }

  /** The contract's own answer to `predict`. */
  interface PredictResponse {
    readonly predictions: readonly Readonly<Record<string, unknown>>[];
    readonly deployedModelId?: string;
    readonly modelDisplayName?: string;
    readonly metadata?: Readonly<Record<string, unknown>>;
  }

  type ErrorKind =
    | 'invalid_request'
    | 'authentication'
    | 'permission'
    | 'not_found'
    | 'rate_limited'
    | 'unavailable'
    | 'server'
    | 'deadline'
    | 'connection'
    | 'cancelled'
    | 'invalid_answer';

  /** Facts about a failure; each is missing where there was no answer to read it from. */
  interface FailureFacts {
    readonly status?: number | undefined;
    /** A reason of the contract's fixed list. */
    readonly reason?: string | undefined;
    /** For the operator, who finds the cause in the log under it. */
    readonly requestId?: string | undefined;
    /** Whole seconds that the server asked to wait. */
    readonly retryAfterSeconds?: number | undefined;
    readonly cause?: unknown;
  }

  /** A call that failed for good. */
  interface PredictError extends Error, FailureFacts {
    readonly kind: ErrorKind;
  }

  interface PredictErrorClass {
    new (message: string, facts?: FailureFacts): PredictError;
    readonly prototype: PredictError;
  }

  interface Client {
    /**
     * Sends instances as the contract has them in one call, which is repeated when it may be. Rejects with a PredictError.
     *
     * @param options `algorithm` is the default one where it is missing
     */
    predict(
      instances: readonly object[],
      options?: CallOptions & { readonly algorithm?: AlgorithmName },
    ): Promise<PredictResponse>;
    /**
     * Predicts sounds of any form: encodes them without loss, splits them by the endpoint's limits, sends within a bound side by side,
     * repeats calls and single sounds that may be repeated. Rejects with a PredictError when a call fails for good, and with a
     * TypeError for a value that is no sound, before anything is sent.
     */
    predictSounds(algorithm: AlgorithmName, sounds: readonly Sound[], options?: CallOptions): Promise<Answer>;
  }

  interface AlgorithmFacts {
    readonly title: string;
    readonly summary: string;
    readonly isDefault: boolean;
    /** The client's method for it. */
    readonly method: keyof Client | undefined;
    readonly sampleRateHz: number;
    readonly sampleCount: number;
    readonly fileField: string;
    readonly uriField: string | undefined;
    readonly uriTokenField: string | undefined;
    readonly resultField: string;
    /** Empty where the result is a list of numbers. */
    readonly resultNames: readonly string[];
  }

  /** What generated/facts.js knows of the contract. */
  interface Facts {
    /** The version of the contract, and so of this client. */
    readonly VERSION: string;
    /** Reasons of a sound for which sending it once more may help. */
    readonly retryableReasons: readonly string[];
    readonly algorithms: Readonly<Record<AlgorithmName, AlgorithmFacts>>;
  }

  interface Global extends Facts {
    client(options?: ClientOptions): Client;
    /** A WAV file with one channel, the shortest that loses nothing. */
    encodeWav(samples: Samples, sampleRateHz: number): Uint8Array<ArrayBuffer>;
    /** Base URL of a shared public endpoint of Vertex AI. */
    vertexShared(location: string): string;
    /** Base URL of a dedicated endpoint of Vertex AI. */
    vertexDedicated(where: {
      readonly endpoint: string;
      readonly location: string;
      readonly projectNumber: string;
    }): string;
    readonly PredictError: PredictErrorClass;
    readonly InvalidRequestError: PredictErrorClass;
    readonly AuthenticationError: PredictErrorClass;
    readonly PermissionError: PredictErrorClass;
    readonly NotFoundError: PredictErrorClass;
    readonly RateLimitError: PredictErrorClass;
    readonly UnavailableError: PredictErrorClass;
    readonly ServerError: PredictErrorClass;
    readonly DeadlineError: PredictErrorClass;
    readonly ConnectionError: PredictErrorClass;
    readonly CancelledError: PredictErrorClass;
    readonly InvalidAnswerError: PredictErrorClass;
  }
}
