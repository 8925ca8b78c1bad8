// Owns the failures of an entry and their words for the caller. Must not know how a batch is computed.
import { type ClientClosedError, InstanceError } from '../errors.ts';

/** How an entry can fail. */
export type EntryError = InstanceError | ClientClosedError;

export function deadlineExceeded(waitedMs: number): InstanceError {
  const seconds = (waitedMs / 1000).toFixed(1);
  const text = `Expected a result before the request's deadline, none came in ${seconds} s. Repeat the call later or with fewer instances.`;
  return new InstanceError('DEADLINE_EXCEEDED', text);
}

/** @param cause goes to the log, never into the message. */
export function batchFailed(cause: unknown): InstanceError {
  const text =
    'The model could not compute this instance. Repeat the call; if it fails again, report the request id to the operator.';
  return new InstanceError('INFERENCE_FAILED', text, cause);
}

export function notFinite(index: number): InstanceError {
  const text = `Expected finite numbers from the model, its output number ${index} for this instance is not. Report the request id to the operator.`;
  return new InstanceError('INFERENCE_FAILED', text);
}

export function noWorker(): InstanceError {
  return new InstanceError(
    'UNHEALTHY',
    'No worker can compute at present. Repeat the call later; tell the operator if it lasts.',
  );
}
