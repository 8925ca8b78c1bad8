// Owns the form of an answer and how a failure becomes one: google.rpc.Status with the headers that its status demands. The only
// place that maps a reason to a status. Must not know a socket.
import { errorCatalogue } from '@predict-schemata/generated/ts/errors.gen.ts';
import type { CallFailure } from '../failure.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Text as it stands, or what becomes JSON. */
  readonly body: unknown;
}

const JSON_TYPE = 'application/json';
const ERROR_DOMAIN = 'predict-schemata';

export function jsonAnswer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'Content-Type': JSON_TYPE, ...headers }, body };
}

/** Below these paths other protocols' clients read errors, as one text (decisions/0019), on unknown paths too. */
const TEXT_ERRORS = /^\/(v2|v1\/models)(?=[/:]|$)/;

/** The answer to a call that failed, in the form that its path has. */
export function failureAnswer(
  { reason, message, facts }: CallFailure,
  call: { requestId: string; path: string },
): Answer {
  const { status, code } = errorCatalogue[reason];
  const { fieldViolations = [], metadata = {} } = facts;
  const headers = headersOf(status, reason, facts);
  if (TEXT_ERRORS.test(call.path)) {
    const places = fieldViolations.map(({ field, description }) => `${field}: ${description}`).join('; ');
    return jsonAnswer(status, { error: `${reason}: ${places || message}` }, headers);
  }
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason,
    domain: ERROR_DOMAIN,
    metadata: { requestId: call.requestId, ...metadata },
  };
  const badRequest = { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations };
  const details = fieldViolations.length > 0 ? [info, badRequest] : [info];
  return jsonAnswer(status, { error: { code: status, message, status: code, details } }, headers);
}

/** RFC 6750, section 3.1: the error code beside the scheme; a call without a token learns the scheme alone. */
const BEARER_ERRORS: Readonly<Record<string, string>> = {
  INVALID_TOKEN: ', error="invalid_token"',
  TOKEN_NOT_FOR_ENDPOINT: ', error="insufficient_scope"',
};

/** What a status demands: RFC 9110, sections 10.2.1, 10.2.3 and 11.6.1; RFC 6750, section 3. */
export function headersOf(status: number, reason: string, facts: CallFailure['facts']): Record<string, string> {
  switch (status) {
    case 401:
    case 403:
      return { 'WWW-Authenticate': `Bearer realm="${ERROR_DOMAIN}"${BEARER_ERRORS[reason] ?? ''}` };
    case 405:
      return { Allow: facts.allow?.join(', ') ?? '' };
    case 429:
    case 503:
      return { 'Retry-After': String(facts.retryAfterSeconds ?? 1) };
    default:
      return {};
  }
}

/** The bytes on the wire. */
export function bytesOf({ body, headers }: Answer): Buffer {
  const asText = typeof body === 'string' && headers['Content-Type'] !== JSON_TYPE;
  return Buffer.from(asText ? body : JSON.stringify(body));
}
