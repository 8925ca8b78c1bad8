// Owns what a reader of one value gives back: the value, or what is wrong with it. Whether a problem fails an instance or
// the request is for the reader of the surrounding object to say.
import { countRange } from './messages.ts';

export type ValueReason = 'INVALID_TYPE' | 'INVALID_LENGTH' | 'INVALID_VALUE' | 'INVALID_BASE64' | 'NOT_FINITE';

export interface ValueProblem {
  readonly reason: ValueReason;
  /** Where, from the field on: `input_array[17]`. */
  readonly path: string;
  /** "expected …, got …"; never holds the value itself. */
  readonly text: string;
}

export type ReadResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: ValueProblem };

export function valid(value: unknown): ReadResult {
  return { ok: true, value };
}

export function invalid(reason: ValueReason, path: string, text: string): ReadResult {
  return { ok: false, problem: { reason, path, text } };
}

/** The problem of a count outside `minimum … maximum`, or undefined. `unit` is singular. */
export function checkCount(
  path: string,
  count: number,
  minimum: number,
  maximum: number,
  unit: string,
): ReadResult | undefined {
  if (count >= minimum && count <= maximum) return undefined;
  return invalid('INVALID_LENGTH', path, `expected ${countRange(minimum, maximum, unit)}, got ${count}`);
}
