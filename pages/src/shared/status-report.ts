// Owns the form of `GET /status`: how the program is at this moment. Types alone, shared by the browser and by the programs that
// serve the pages.

export interface StatusReport {
  readonly phase: 'starting' | 'serving' | 'draining';
  /** Whether `/health/ready` answers 200. */
  readonly ready: boolean;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly limits: {
    readonly maxInstances: number;
    /** After decompression. */
    readonly maxBodyBytes: number;
    readonly requestTimeoutMs: number;
    /** Instances that may wait for a worker, by algorithm; missing where nothing waits. */
    readonly maxQueue?: number;
    /** Most instances that are computed at once. */
    readonly maxBatch?: number;
  };
  /** Empty while the models load. */
  readonly algorithms: readonly AlgorithmStatus[];
}

export interface AlgorithmStatus {
  readonly name: string;
  readonly title: string;
  readonly endpointId: string;
  readonly deployedModelId: string;
  readonly model: {
    readonly displayName: string;
    readonly version: string;
    /** Hexadecimal; missing where there is no file. */
    readonly sha256?: string;
    /** True for a stand-in, whose numbers mean nothing. */
    readonly development: boolean;
    /** RFC 3339. */
    readonly loadedAt?: string;
  };
  /** Missing where nothing computes. */
  readonly engine?: {
    readonly state: 'starting' | 'ready' | 'unhealthy' | 'lost' | 'closed';
    readonly workers: number;
    /** Instances that wait for a worker. */
    readonly queueDepth: number;
    /** Instances that are computed. */
    readonly inFlight: number;
  };
  /** Missing where nobody counts. */
  readonly recent?: RecentCalls;
}

/** The calls that were answered within the last `windowMs`. */
export interface RecentCalls {
  readonly windowMs: number;
  readonly calls: number;
  /** Calls that were not answered with 200. */
  readonly failed: number;
  /** Instances in them. */
  readonly instances: number;
  /** Nearest-rank percentiles; missing without a call. */
  readonly total?: Latency;
  /** In the order in which a call passes them. */
  readonly stages: readonly ({ readonly stage: string } & Latency)[];
  /** Batches that were computed. */
  readonly batches: { readonly count: number; readonly meanRows: number; readonly largestRows: number };
}

export interface Latency {
  readonly medianMs: number;
  readonly p95Ms: number;
}
