// Owns the errors of a call: one class for each family of statuses and one for each way to get no answer. Must not know how calls
// are made.

/** Facts about a failure; each is missing where there was no answer to read it from. */
export interface FailureFacts {
  readonly status?: number | undefined;
  /** A reason of the contract's fixed list. */
  readonly reason?: string | undefined;
  /** For the operator, who finds the cause in the log under it. */
  readonly requestId?: string | undefined;
  /** Whole seconds that the server asked to wait. */
  readonly retryAfterSeconds?: number | undefined;
  readonly cause?: unknown;
}

/** A call that failed for good. Its class says what kind of failure it is. */
export class PredictError extends Error {
  override readonly name: string = 'PredictError';
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, facts: FailureFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.status = facts.status;
    this.reason = facts.reason;
    this.requestId = facts.requestId;
    this.retryAfterSeconds = facts.retryAfterSeconds;
  }
}

/** 400, 405, 413, 415 and other 4xx: the same call fails again. */
export class InvalidRequestError extends PredictError {
  override readonly name = 'InvalidRequestError';
}
/** 401: no token, or one that is not accepted. */
export class AuthenticationError extends PredictError {
  override readonly name = 'AuthenticationError';
}
/** 403: the token is not for this endpoint. */
export class PermissionError extends PredictError {
  override readonly name = 'PermissionError';
}
/** 404: no such endpoint. */
export class NotFoundError extends PredictError {
  override readonly name = 'NotFoundError';
}
/** 429, after all repeats. */
export class RateLimitError extends PredictError {
  override readonly name = 'RateLimitError';
}
/** 503, after all repeats. */
export class UnavailableError extends PredictError {
  override readonly name = 'UnavailableError';
}
/** 500 and other 5xx: a failure of the server that is not repeated. */
export class ServerError extends PredictError {
  override readonly name = 'ServerError';
}
/** 504 after all repeats, or the deadline of the call passed (then without a status). */
export class DeadlineError extends PredictError {
  override readonly name = 'DeadlineError';
}
/** No answer, or one that was cut, after all repeats. */
export class ConnectionError extends PredictError {
  override readonly name = 'ConnectionError';
}
/** The caller's signal was aborted. */
export class CancelledError extends PredictError {
  override readonly name = 'CancelledError';
}
/** A success whose body does not keep the contract. */
export class InvalidAnswerError extends PredictError {
  override readonly name = 'InvalidAnswerError';
}

const CLASSES: Readonly<Record<number, typeof PredictError>> = {
  401: AuthenticationError,
  403: PermissionError,
  404: NotFoundError,
  429: RateLimitError,
  503: UnavailableError,
  504: DeadlineError,
};

/** The error of an answer that is no success. @param body the parsed body, or its text */
export function errorOfAnswer(response: Response, body: unknown): PredictError {
  const { status } = response;
  const Class = CLASSES[status] ?? (status >= 500 ? ServerError : InvalidRequestError);
  const error = memberOf(body, 'error');
  const info = listOf(memberOf(error, 'details')).find((detail) => memberOf(detail, 'reason') !== undefined);
  const requestId = response.headers.get('x-request-id') ?? memberOf(memberOf(info, 'metadata'), 'requestId');
  const message = memberOf(error, 'message');
  return new Class(typeof message === 'string' ? message : `The server answered ${status}.`, {
    status,
    reason: textOf(memberOf(info, 'reason')),
    requestId: textOf(requestId),
    retryAfterSeconds: retryAfterOf(response.headers.get('retry-after')),
  });
}

/** Seconds, or a date (RFC 9110, section 10.2.3). */
export function retryAfterOf(header: string | null, nowMs = Date.now()): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, Math.ceil((atMs - nowMs) / 1000));
}

function memberOf(value: unknown, key: string): unknown {
  // An object's members are unknown until they are looked at.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
