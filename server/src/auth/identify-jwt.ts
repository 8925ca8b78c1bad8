// Owns who calls when callers carry JSON Web Tokens of an issuer: signature, issuer, audience and times are checked, and the
// caller is the subject. Must not know where the issuer's keys come from.
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { RequestError } from '../errors.ts';
import { bearerToken, unknownToken } from './bearer.ts';
import type { Caller } from './caller.ts';
import type { Identify } from './gate.ts';

/** RFC 7518, section 3.1, and RFC 8037 without `none` and the HMACs: with those, a public key would be the secret. */
export const JWT_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** In the claim of endpoints: all of them. */
const ALL_ENDPOINTS = '*';
/** A subject is for logs and metrics. */
const MAX_NAME_LENGTH = 128;

export interface JwtRules {
  readonly issuer: string;
  /** One of these must be among the token's. */
  readonly audience: readonly string[];
  readonly clockSkewSeconds: number;
  /** The claim that lists endpoint ids, as a list or with spaces between; undefined: every token may use all. */
  readonly endpointsClaim?: string | undefined;
}

/** Knows the subjects of tokens that follow the rules and whose key `findKey` finds. */
export function identifyJwt(findKey: JWTVerifyGetKey, rules: JwtRules, nowMs: () => number = Date.now): Identify {
  return async (authorization) => {
    const token = bearerToken(authorization);
    try {
      return callerOf(await verified(token, findKey, rules, nowMs), rules);
    } catch (error) {
      throw error instanceof errors.JOSEError ? invalid(error) : error;
    }
  };
}

async function verified(
  token: string,
  findKey: JWTVerifyGetKey,
  { issuer, audience, clockSkewSeconds }: JwtRules,
  nowMs: () => number,
): Promise<JWTPayload> {
  const options = {
    algorithms: JWT_ALGORITHMS,
    issuer,
    audience: [...audience],
    clockTolerance: clockSkewSeconds,
    requiredClaims: ['exp', 'sub'],
    currentDate: new Date(nowMs()),
  };
  try {
    return (await jwtVerify(token, findKey, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    // A token without a key id: one of the keys that fit its algorithm must have signed it.
    for await (const key of error) {
      try {
        return (await jwtVerify(token, key, options)).payload;
      } catch (refused) {
        if (!(refused instanceof errors.JWSSignatureVerificationFailed)) throw refused;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

function callerOf(payload: JWTPayload, { endpointsClaim }: JwtRules): Caller {
  const { sub } = payload;
  if (typeof sub !== 'string' || sub === '') throw refused('has no subject (the claim sub)');
  return {
    name: sub.slice(0, MAX_NAME_LENGTH),
    endpoints: endpointsClaim === undefined ? undefined : endpointsOf(payload[endpointsClaim]),
    limits: {},
  };
}

/** A token without the claim may use no endpoint. */
function endpointsOf(claim: unknown): ReadonlySet<string> | undefined {
  const listed = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  const ids = new Set(listed.filter((id) => typeof id === 'string' && id !== ''));
  return ids.has(ALL_ENDPOINTS) ? undefined : ids;
}

/** jose looks at claims only after the signature, so that these texts tell nothing to whoever made a token up. */
function invalid(error: errors.JOSEError): RequestError {
  if (error instanceof errors.JWTExpired) return refused('has expired');
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === 'missing') return refused(`lacks the claim ${error.claim}`);
    if (error.claim === 'iss') return refused('is from another issuer');
    if (error.claim === 'aud') return refused('is for another audience');
    if (error.claim === 'nbf') return refused('is not valid yet');
    return refused(`has a wrong claim ${error.claim}`);
  }
  if (error instanceof errors.JOSEAlgNotAllowed)
    return refused(`is signed with another algorithm than ${JWT_ALGORITHMS.join(', ')}`);
  return unknownToken();
}

function refused(what: string): RequestError {
  return new RequestError('INVALID_TOKEN', `The bearer token ${what}. Get a new one from its issuer.`);
}
