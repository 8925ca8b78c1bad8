// Owns an issuer of JSON Web Tokens for tests: a real server of its public keys, and tokens signed with the private ones.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'predict-schemata-tests';

export interface IssuerKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

export async function makeKey(kid: string, alg = 'RS256'): Promise<IssuerKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

export interface TokenFacts {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Record<string, unknown>;
  /** Seconds since 1970 at which the token is made; now by default. */
  readonly atSeconds?: number;
}

/** A token of an hour that is good unless `claims` (undefined leaves one out) say otherwise. */
export function signed({ kid, alg, privateKey }: IssuerKey, facts: TokenFacts = {}): Promise<string> {
  const now = facts.atSeconds ?? Math.floor(Date.now() / 1_000);
  const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'a-service', iat: now, exp: now + 3_600, ...facts.claims };
  return new SignJWT(claims).setProtectedHeader({ alg, kid, ...facts.header }).sign(privateKey);
}

export interface KeyServer extends AsyncDisposable {
  readonly url: URL;
  /** How often the keys were fetched. */
  readonly fetches: number;
  /** What it answers from now on: these keys, or whatever a listener does. */
  answer(keys: readonly JWK[] | RequestListener): void;
}

export async function startKeyServer(keys: readonly JWK[] | RequestListener): Promise<KeyServer> {
  let answering = keys;
  let fetches = 0;
  const server = createServer((request, response) => {
    fetches += 1;
    if (typeof answering === 'function') answering(request, response);
    else response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ keys: answering }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a TCP port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}/keys`),
    get fetches() {
      return fetches;
    },
    answer(next) {
      answering = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
