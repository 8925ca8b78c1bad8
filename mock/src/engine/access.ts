// Owns who may call the mock: any bearer token, the one that was set, or what the scenario lets pass. Must not echo a token.

import { CallFailure } from '../failure.ts';
import type { Call } from './call.ts';

/** Throws CallFailure with MISSING_TOKEN or INVALID_TOKEN. */
export function requireToken({ authorization, made }: Call, wanted: string | undefined): void {
  if (authorization === undefined) {
    throw new CallFailure(
      'MISSING_TOKEN',
      'Expected the header Authorization: Bearer TOKEN, got none. The mock takes any token unless it was started with --token.',
    );
  }
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (token === undefined) {
    throw new CallFailure('INVALID_TOKEN', 'Expected the header Authorization: Bearer TOKEN, got another form.');
  }
  if (wanted !== undefined && token !== wanted) {
    throw new CallFailure('INVALID_TOKEN', 'The bearer token is not the one that the mock was started with.');
  }
  if (!made.acceptsToken(token)) {
    throw new CallFailure('INVALID_TOKEN', 'The bearer token has expired in this scenario. Get a new one.');
  }
}
