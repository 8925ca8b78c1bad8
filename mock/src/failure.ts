// Owns the two kinds of failure that the mock answers with: of a whole call and of one instance. Status and code of a reason come
// from the generated catalogue; this file must not know HTTP.
import { errorCatalogue, type InstanceReason, type RequestReason } from '@predict-schemata/generated/ts/errors.gen.ts';

/** One broken rule of a call, as google.rpc.BadRequest.FieldViolation names it. */
export interface FieldViolation {
  readonly field: string;
  readonly description: string;
}

export interface FailureFacts {
  readonly fieldViolations?: readonly FieldViolation[];
  /** Whole seconds, sent as Retry-After. */
  readonly retryAfterSeconds?: number;
  /** The methods that the path has, sent as Allow. */
  readonly allow?: readonly string[];
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Fails the whole call. `message` is shown to the caller. */
export class CallFailure extends Error {
  override readonly name = 'CallFailure';
  readonly reason: RequestReason;
  readonly facts: FailureFacts;

  constructor(reason: RequestReason, message: string, facts: FailureFacts = {}) {
    super(message);
    this.reason = reason;
    this.facts = facts;
  }
}

/** One instance's failure, as it stands at its place in `predictions`. */
export interface InstanceFailure {
  readonly reason: InstanceReason;
  /** At most 500 characters. */
  readonly description: string;
}

const MAX_DESCRIPTION_LENGTH = 500;

export function instanceFailure(reason: InstanceReason, description: string): InstanceFailure {
  return { reason, description: description.slice(0, MAX_DESCRIPTION_LENGTH) };
}

/** What the catalogue says of a reason, for failures that the mock makes up. */
export function catalogueText(reason: InstanceReason | RequestReason): string {
  const { meaning, repair } = errorCatalogue[reason];
  return `${meaning} ${repair} (made up by the mock)`;
}

/** A caller's text for a message: short, without invisible characters. */
export function shown(text: string): string {
  return JSON.stringify(text.slice(0, 60)).replace(/[\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}
