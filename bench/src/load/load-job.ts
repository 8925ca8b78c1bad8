// Owns the form of a job for the load generator and of its result.
import type { BodyChoice } from '../bodies.ts';
import { JobProcess } from '../job-process.ts';

export interface LoadJob {
  /** `http://host:port` */
  readonly origin: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A POST with this body; a GET without. */
  readonly body?: BodyChoice;
  /** Callers at once, each on a connection of its own, each waiting for its answer before it asks again. */
  readonly concurrency: number;
  /** No call begins later than this; those under way are waited for. */
  readonly durationMs: number;
  /** Each caller makes so many calls at least, whatever the time. */
  readonly leastCallsEach?: number;
  /** Pause of each caller between two calls. */
  readonly pauseMs?: number;
  /** One answer in 50 of each caller, its first one too, must hold this embedding in each prediction. */
  readonly embedding?: readonly number[];
}

export interface LoadResult {
  /** Calls that were answered with 200 and, where looked at, the right numbers. */
  readonly answered: number;
  /** What went wrong, and how often. */
  readonly errors: Readonly<Record<string, number>>;
  /** From the first call's beginning to the last one's end. */
  readonly wallMs: number;
  /** Of the answered calls. */
  readonly latenciesMs: readonly number[];
  /** Processor time that the generator itself took. */
  readonly generatorCpuMs: number;
}

export type LoadGenerator = JobProcess<LoadJob, LoadResult>;

export function startLoadGenerator(): Promise<LoadGenerator> {
  return JobProcess.start(new URL('./generator.ts', import.meta.url));
}
