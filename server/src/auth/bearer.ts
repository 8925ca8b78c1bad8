// Owns the bearer token as it stands in a header (RFC 6750, section 2.1). Must not know which tokens are good, nor repeat one.
import { RequestError } from '../errors.ts';

/** What RFC 6750 allows in a bearer token, at a length that is out of reach of guessing. */
export const BEARER_TOKEN = /^[A-Za-z0-9._~+/-]{16,512}=*$/;

/** The token in an Authorization header. Throws RequestError with MISSING_TOKEN or INVALID_TOKEN. */
export function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined) {
    throw new RequestError(
      'MISSING_TOKEN',
      'Expected the header Authorization: Bearer TOKEN, got none. Send the token that the server printed at its start, or one from its operator.',
    );
  }
  const given = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (given !== undefined) return given;
  throw new RequestError(
    'INVALID_TOKEN',
    'Expected the header Authorization: Bearer TOKEN, got another form. Send the word Bearer, a space and the token.',
  );
}

/** For a token that nobody here knows, or knows no more: both look the same from outside. */
export function unknownToken(): RequestError {
  return new RequestError(
    'INVALID_TOKEN',
    'The bearer token is not one that this server accepts. Ask its operator for a valid one.',
  );
}
