// Owns how and why a worker thread is lost, as its pool and observers hear it. Must not know threads.
import { ExecutionProviderError } from '@predict-schemata/execution-providers/error';
import { ModelFileError } from './model-file-error.ts';

/** Why a worker is of no use any more. A closed set: metrics use it as a label. */
export const lossCauses = ['CRASHED', 'HUNG', 'OUT_OF_MEMORY', 'START_FAILED', 'START_HUNG', 'UNUSABLE_MODEL'] as const;
export type LossCause = (typeof lossCauses)[number];

export interface WorkerLoss {
  readonly cause: LossCause;
  readonly error: Error;
}

/** True for a start that fails however often it is tried: the model or the execution provider is at fault. */
export function isPermanent(error: unknown): boolean {
  return error instanceof ModelFileError || error instanceof ExecutionProviderError;
}

/** The kinds of error that keep their class on the way between threads, where classes do not survive. */
const KINDS = { ModelFileError, ExecutionProviderError, Error } as const;

/** An error as data. */
export interface ErrorData {
  readonly kind: keyof typeof KINDS;
  readonly message: string;
}

export function toErrorData(error: unknown): ErrorData {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ModelFileError || error instanceof ExecutionProviderError) return { kind: error.name, message };
  return { kind: 'Error', message };
}

export function fromErrorData({ kind, message }: ErrorData): Error {
  return new KINDS[kind](message);
}
