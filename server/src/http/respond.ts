// Owns how a failure becomes an answer: the only place that maps a reason to its HTTP status, to google.rpc.Status, and to the
// error text of the inference protocols.
import { errorCatalogue, type RequestReason } from '@predict-schemata/generated/ts/errors.gen.ts';
import type { components } from '@predict-schemata/generated/ts/service.gen.ts';
import { RequestError } from '../errors.ts';

type ErrorResponse = components['schemas']['ErrorResponse'];
type InferenceError = components['schemas']['InferenceError'];
type StatusDetail = components['schemas']['StatusDetail'];

/** Every reason's meaning belongs to this project, whatever host serves it (google.rpc.ErrorInfo.domain). */
const ERROR_DOMAIN = 'predict-schemata';
const MAX_FIELD_VIOLATIONS = 16;
const MAX_MESSAGE_LENGTH = 1000;

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ErrorResponse | InferenceError;
}

/** The form of an error's body: google.rpc.Status, or the text of the Open Inference Protocol and of KServe's V1 protocol. */
export type ErrorForm = 'status' | 'text';

const INFERENCE_PATH = /^\/(v2|v1\/models)([/:]|$)/;

/** The form that clients of a path read; of unknown paths too, since a client asks for what its protocol has elsewhere. */
export function errorFormOf(path: string): ErrorForm {
  return INFERENCE_PATH.test(path) ? 'text' : 'status';
}

/** The answer for a failed call. Anything but a RequestError is a bug: a fixed text, the cause stays in the log. */
export function errorAnswer(error: unknown, requestId: string, form: ErrorForm = 'status'): ErrorAnswer {
  const failure = error instanceof RequestError ? error : internalError(error);
  const { status } = errorCatalogue[failure.reason];
  const body = form === 'status' ? statusBody(failure, requestId) : textBody(failure);
  return { status, headers: headersOf(failure.reason, failure), body };
}

/** The reason stands first, so that a program can read it off, and every violation is named, since there is no other place. */
function textBody({ reason, message, facts: { fieldViolations = [] } }: RequestError): InferenceError {
  const violations = fieldViolations
    .slice(0, MAX_FIELD_VIOLATIONS)
    .map(({ field, description }) => `${field}: ${description}`);
  const text = violations.length > 1 ? violations.join('; ') : message;
  return { error: `${reason}: ${text.slice(0, MAX_MESSAGE_LENGTH)}` };
}

function statusBody(failure: RequestError, requestId: string): ErrorResponse {
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
  return { error: { code: status, message: failure.message.slice(0, MAX_MESSAGE_LENGTH), status: code, details } };
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
