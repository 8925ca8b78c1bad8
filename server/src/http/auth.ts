// Owns who may call: the bearer token of RFC 6750. Must not log or echo a token.
import { createHash, timingSafeEqual } from 'node:crypto';
import { RequestError } from '../errors.ts';

/** Checks one call's Authorization header. Throws RequestError with MISSING_TOKEN or INVALID_TOKEN. */
export type Authenticate = (authorization: string | undefined) => void;

/** Accepts everyone; for `--auth none`. */
export const acceptEveryone: Authenticate = () => {};

/** Accepts the one `token`. Compares digests, so that the time taken tells nothing about the token or its length. */
export function acceptToken(token: string): Authenticate {
  const expected = digest(token);
  return (authorization) => {
    if (authorization === undefined) {
      throw new RequestError(
        'MISSING_TOKEN',
        'Expected the header Authorization: Bearer TOKEN, got none. Send the token that the server printed at its start.',
      );
    }
    const given = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (given === undefined) {
      throw new RequestError(
        'INVALID_TOKEN',
        'Expected the header Authorization: Bearer TOKEN, got another form. Send the word Bearer, a space and the token.',
      );
    }
    if (!timingSafeEqual(digest(given), expected)) {
      throw new RequestError(
        'INVALID_TOKEN',
        'The bearer token is not one that this server accepts. Ask its operator for a valid one.',
      );
    }
  };
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
