// Owns how one instance of a call ended, and when what ended badly fails the call. Must not know the form of any answer.
import { errorCatalogue, type InstanceReason, type RequestReason } from '@predict-schemata/generated/ts/errors.gen.ts';
import type { InstanceFailure } from '../decode/decode-body.ts';
import { RequestError } from '../errors.ts';

export type Outcome<Result> = { readonly result: Result } | { readonly failure: InstanceFailure };

export function failuresOf(outcomes: readonly Outcome<unknown>[]): InstanceFailure[] {
  return outcomes.flatMap((outcome) => ('failure' in outcome ? [outcome.failure] : []));
}

export function blamesServer({ reason }: InstanceFailure): boolean {
  return errorCatalogue[reason].blame === 'server';
}

/** The failure of an instance as one of the whole call. `text` is its description unless given. */
export function asRequestError({ reason, description }: InstanceFailure, text = description): RequestError {
  return new RequestError(requestReason(reason), text, { retryAfterSeconds: 1 });
}

/** Every reason that blames the server is declared for whole calls too. */
function requestReason(reason: InstanceReason): RequestReason {
  const { levels } = errorCatalogue[reason];
  // The test of the level is what makes the assertion true.
  return levels.some((level) => level === 'request') ? (reason as RequestReason) : 'INTERNAL';
}

export function countByReason(failures: readonly InstanceFailure[]): Partial<Record<InstanceReason, number>> {
  const counts: Partial<Record<InstanceReason, number>> = {};
  for (const { reason } of failures) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
