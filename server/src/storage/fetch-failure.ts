// Owns the words and reasons for an object that could not be fetched. Must not know how the request was made; a token
// never reaches this file.
import { InstanceError } from '../errors.ts';
import { type GsLocation, showLocation } from './gs-uri.ts';
import { failureWord, safeCause } from './safe-cause.ts';

/** Cloud Storage answered with a status other than 200. */
export class UnexpectedStatus extends Error {
  override readonly name = 'UnexpectedStatus';
  readonly status: number;

  constructor(status: number) {
    super(`HTTP ${status}`);
    this.status = status;
  }
}

/** The answer says, or has shown by now, that the object is over the limit. */
export class OverLimit extends Error {
  override readonly name = 'OverLimit';
  /** What came, as a phrase: `5000 bytes` or `more than 1024 bytes`. */
  readonly came: string;

  constructor(came: string) {
    super(came);
    this.came = came;
  }
}

/** The bytes that came are not those that are stored. */
export class Damaged extends Error {
  override readonly name = 'Damaged';
}

export interface FetchFacts {
  readonly location: GsLocation;
  readonly hasToken: boolean;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** Whether the same request may succeed a moment later: 503 and every loss of the connection. */
export function isTransient(error: unknown): boolean {
  if (error instanceof OverLimit) return false;
  return !(error instanceof UnexpectedStatus) || error.status === 503;
}

/** Turns whatever a fetch threw into the error of its instance. Unknown errors count as a lost connection. */
export function fetchFailure(error: unknown, facts: FetchFacts): InstanceError {
  const place = showLocation(facts.location);
  if (error instanceof OverLimit) {
    return new InstanceError(
      'STORAGE_OBJECT_TOO_LARGE',
      `Expected at most ${facts.maxBytes} bytes at ${place}, but ${error.came} came. Cut the recording to the clip before uploading it.`,
    );
  }
  if (error instanceof Damaged) {
    return new InstanceError(
      'STORAGE_UNAVAILABLE',
      `Expected the bytes of ${place} as Cloud Storage keeps them, but others came (CRC32C differs). Repeat the instance later.`,
    );
  }
  if (error instanceof UnexpectedStatus) return statusFailure(error.status, place, facts.hasToken);
  return new InstanceError(
    'STORAGE_UNAVAILABLE',
    `Expected ${place} from Cloud Storage, but the connection failed (${failureWord(error)}). Repeat the instance later.`,
    safeCause(error),
  );
}

export function timeoutFailure(facts: FetchFacts): InstanceError {
  return new InstanceError(
    'STORAGE_TIMEOUT',
    `Expected ${showLocation(facts.location)} within ${facts.timeoutMs} ms, but Cloud Storage had not delivered it by then. Repeat the instance later.`,
  );
}

export function closedFailure(location: GsLocation): InstanceError {
  return new InstanceError(
    'STORAGE_UNAVAILABLE',
    `Expected ${showLocation(location)} from Cloud Storage, but this server is shutting down. Repeat the instance later.`,
  );
}

function statusFailure(status: number, place: string, hasToken: boolean): InstanceError {
  const http = `(HTTP ${status})`;
  switch (status) {
    case 404:
      return new InstanceError(
        'STORAGE_NOT_FOUND',
        `Expected an object at ${place}, but Cloud Storage has none there ${http}. Check the bucket and the object name.`,
      );
    case 401:
    case 403:
      return new InstanceError('STORAGE_PERMISSION_DENIED', permissionText(status, place, hasToken));
    case 400:
      return new InstanceError(
        'INVALID_VALUE',
        `Expected a readable object at ${place}, but Cloud Storage refused the request for it ${http}. Check the bucket and the object name; buckets whose requester pays are not read.`,
      );
    default:
      return new InstanceError(
        'STORAGE_UNAVAILABLE',
        status >= 300 && status < 400
          ? `Expected ${place} from Cloud Storage, but a redirect to elsewhere came ${http}, which is not followed. Repeat the instance later.`
          : `Expected ${place} from Cloud Storage, but it could not answer ${http}. Repeat the instance later.`,
      );
  }
}

// Cloud Storage answers so for an object that does not exist, too, when the caller may not list the bucket.
function permissionText(status: number, place: string, hasToken: boolean): string {
  if (!hasToken) {
    return `Expected a public object at ${place}, as no bearer token was given, but Cloud Storage gives none out there without one (HTTP ${status}). Give a token that may read it, and check the name.`;
  }
  return status === 401
    ? `Expected a bearer token that opens ${place}, but Cloud Storage refused the given one as invalid or expired (HTTP 401). Give a current OAuth 2.0 access token.`
    : `Expected a bearer token that may read ${place}, but the given one may not (HTTP 403). Give its account the right storage.objects.get, and check the name.`;
}
