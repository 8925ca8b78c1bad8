// Owns the kinds of failure: of the whole request and of one instance, which a caller may see, and of a caller that has gone. Status, code and
// retryability stand in the generated catalogue; this file must not know HTTP.
import type { InstanceReason, RequestReason } from '@predict-schemata/generated/ts/errors.gen.ts';

/** One broken rule of the request's envelope, as google.rpc.BadRequest.FieldViolation names it. */
export interface FieldViolation {
  /** Path from the body's root, for example `instances` or `parameters.top_k`. */
  readonly field: string;
  readonly description: string;
}

export interface RequestErrorFacts {
  readonly fieldViolations?: readonly FieldViolation[];
  /** Whole seconds after which a client may try again; sent as Retry-After. */
  readonly retryAfterSeconds?: number;
  /** The methods that the path has; sent as Allow. */
  readonly allow?: readonly string[];
  /** Facts for ErrorInfo.metadata, for example `{ maxInstances: '64' }`. Never audio, tokens or paths of the host. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** Fails the whole call with the status that the catalogue gives its reason. `message` is shown to the caller. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly reason: RequestReason;
  readonly facts: RequestErrorFacts;

  constructor(reason: RequestReason, message: string, facts: RequestErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.reason = reason;
    this.facts = facts;
  }
}

/** Longest `error.description` that the contract allows; every text below stays under it. */
export const MAX_DESCRIPTION_LENGTH = 500;

/** Fails one instance: `{ error: { description, reason } }` at its place, inside a 200. `message` is shown to the caller. */
export class InstanceError extends Error {
  override readonly name = 'InstanceError';
  readonly reason: InstanceReason;

  constructor(reason: InstanceReason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}

/** Ends what is done for a client that closed its connection. Never shown to it, only counted and logged. */
export class ClientClosedError extends Error {
  override readonly name = 'ClientClosedError';
  readonly reason = 'CLIENT_CLOSED_REQUEST';

  constructor() {
    super('The client closed the connection before its answer was ready.');
  }
}
