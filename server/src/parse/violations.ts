// Owns collecting what is wrong around the instances and making one RequestError of it. Must not know JSON's grammar.
import type { RequestReason } from '@predict-schemata/generated/ts/errors.gen.ts';
import { type FieldViolation, RequestError, type RequestErrorFacts } from '../errors.ts';
import { bounded } from './messages.ts';

export interface Violation extends FieldViolation {
  readonly reason: RequestReason;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The reason of the first kind present is the request's, wherever in the body it stands. */
const BY_WEIGHT: readonly RequestReason[] = [
  'INVALID_TYPE',
  'MISSING_FIELD',
  'EMPTY_INSTANCES',
  'TOO_MANY_INSTANCES',
  'DUPLICATE_FIELD',
  'UNKNOWN_FIELD',
];

/** Throws one RequestError that names all violations; does nothing without any. */
export function throwViolations(violations: readonly Violation[]): void {
  const [first, ...others] = violations.toSorted((a, b) => weightOf(a) - weightOf(b));
  if (first === undefined) return;
  const more = others.length === 0 ? '' : ` (and ${others.length} more, see fieldViolations)`;
  const fieldViolations = [first, ...others].map(({ field, description }) => ({
    field,
    description: bounded(description),
  }));
  const facts: RequestErrorFacts = { fieldViolations, ...(first.metadata && { metadata: first.metadata }) };
  throw new RequestError(first.reason, bounded(`${first.field}: ${first.description}${more}`), facts);
}

function weightOf({ reason }: Violation): number {
  const weight = BY_WEIGHT.indexOf(reason);
  return weight < 0 ? BY_WEIGHT.length : weight;
}
