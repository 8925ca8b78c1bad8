// Owns how a failure becomes an answer: the only place that maps a reason to its HTTP status and to google.rpc.Status.
import { errorCatalogue, type RequestReason } from '@predict-schemata/generated/ts/errors.gen.ts';
import type { components } from '@predict-schemata/generated/ts/service.gen.ts';
import { RequestError } from '../errors.ts';

type ErrorResponse = components['schemas']['ErrorResponse'];
type StatusDetail = components['schemas']['StatusDetail'];

/** Every reason's meaning belongs to this project, whatever host serves it (google.rpc.ErrorInfo.domain). */
const ERROR_DOMAIN = 'predict-schemata';
const MAX_FIELD_VIOLATIONS = 16;
const MAX_MESSAGE_LENGTH = 1000;

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ErrorResponse;
}

/** The answer for a failed call. Anything but a RequestError is a bug: a fixed text, the cause stays in the log. */
export function errorAnswer(error: unknown, requestId: string): ErrorAnswer {
  const failure = error instanceof RequestError ? error : internalError(error);
  const { status, code } = errorCatalogue[failure.reason];
  const { fieldViolations = [], metadata = {} } = failure.facts;
  const details: StatusDetail[] = [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: failure.reason,
      domain: ERROR_DOMAIN,
      metadata: { requestId, ...metadata },
    },
  ];
  if (fieldViolations.length > 0) {
    details.push({
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
      fieldViolations: fieldViolations
        .slice(0, MAX_FIELD_VIOLATIONS)
        .map(({ field, description }) => ({ field, description })),
    });
  }
  return {
    status,
    headers: headersOf(failure.reason, failure),
    body: { error: { code: status, message: failure.message.slice(0, MAX_MESSAGE_LENGTH), status: code, details } },
  };
}

export function internalError(cause: unknown): RequestError {
  return new RequestError(
    'INTERNAL',
    'The server failed at this call. This is a bug: give its operator the request id.',
    { cause },
  );
}

/** RFC 6750, section 3.1: which error code a refused token has. A call without one learns the scheme alone. */
const BEARER_ERRORS: Readonly<Partial<Record<RequestReason, string>>> = {
  MISSING_TOKEN: '',
  INVALID_TOKEN: ', error="invalid_token"',
  TOKEN_NOT_FOR_ENDPOINT: ', error="insufficient_scope"',
};

/** The headers that a status demands: RFC 9110, sections 10.2.3, 11.6.1 and 15.5.6. */
function headersOf(reason: RequestReason, failure: RequestError): Record<string, string> {
  const { status } = errorCatalogue[reason];
  const bearerError = BEARER_ERRORS[reason];
  if (bearerError !== undefined) return { 'WWW-Authenticate': `Bearer realm="predict-schemata"${bearerError}` };
  if (status === 405) return { Allow: failure.facts.allow?.join(', ') ?? '' };
  if (status === 429 || status === 503) return { 'Retry-After': String(failure.facts.retryAfterSeconds ?? 1) };
  return {};
}
