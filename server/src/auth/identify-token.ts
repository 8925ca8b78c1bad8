// Owns who calls when callers carry tokens that this server's operator gave out. Must not know where the sets come from.
import { RequestError } from '../errors.ts';
import { bearerToken, unknownToken } from './bearer.ts';
import type { Identify } from './gate.ts';
import { tokenHash } from './token-record.ts';
import type { TokenSet } from './token-set.ts';

/** Knows the tokens of `sets`, which is asked for every call, so that it may change. */
export function identifyToken(sets: () => readonly TokenSet[], nowMs: () => number = Date.now): Identify {
  return (authorization) => {
    const sha256 = tokenHash(bearerToken(authorization));
    for (const set of sets()) {
      const known = set.find(sha256);
      if (known === undefined) continue;
      if (nowMs() < known.expiresAtMs) return known.caller;
      throw new RequestError('INVALID_TOKEN', 'The bearer token has expired. Ask the operator for a new one.');
    }
    throw unknownToken();
  };
}
