// Owns the form of a job for the bare loop and of its result.
import { JobProcess } from './job-process.ts';

export interface BareJob {
  /** Clips of one run. */
  readonly batch: number;
  readonly durationMs: number;
}

export interface BareResult {
  readonly clips: number;
  readonly wallMs: number;
  readonly cpuMsPerClip: number;
  /** Of each run. */
  readonly latenciesMs: readonly number[];
  /** Of the clip of sound.ts. */
  readonly embedding: readonly number[];
}

export type BareSession = JobProcess<BareJob, BareResult>;

/** Resolves when the model is loaded, on `threads` threads. */
export function openBareSession(modelPath: string, threads = 1): Promise<BareSession> {
  return JobProcess.start(new URL('./bare-loop.ts', import.meta.url), [modelPath, String(threads)]);
}
