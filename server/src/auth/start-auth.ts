// Owns the choice of how callers are known, from the settings to the gate. Must not know HTTP.
import { join } from 'node:path';
import { type Config, ConfigError } from '../config.ts';
import type { Logger } from '../observe/log.ts';
import { BEARER_TOKEN } from './bearer.ts';
import { createGate, type Gate, type Identify, openGate } from './gate.ts';
import { identifyJwt } from './identify-jwt.ts';
import { identifyToken } from './identify-token.ts';
import { IssuerKeys, IssuerKeysError } from './issuer-keys.ts';
import { readOrMakeToken } from './made-token.ts';
import { type WatchedTokens, watchTokenFile } from './token-file-watch.ts';
import { TokenFileError } from './token-record.ts';
import { singleToken } from './token-set.ts';

/** What a person at the terminal may send: a token to show, one of the operator's own, or none at all. */
export type TokenHint = { readonly shown: string } | 'given-out' | 'none';

export interface Auth {
  readonly gate: Gate;
  readonly hint: TokenHint;
}

/** Makes the gate that the settings ask for. Throws ConfigError when what they name cannot be used. */
export async function startAuth(config: Config, log: Logger): Promise<Auth> {
  if (config.auth === 'none') return { gate: openGate, hint: 'none' };
  const defaults = { rate: config.tokenRate, concurrency: config.tokenConcurrency };
  if (config.auth === 'jwt') return { gate: createGate(await jwt(config, log), defaults), hint: 'given-out' };
  const watched = config.tokenFile === undefined ? undefined : await watch(config.tokenFile, log);
  const token = config.token ?? (watched === undefined ? await madeToken(config) : undefined);
  const single = token === undefined ? [] : [singleToken(token)];
  const identify = identifyToken(watched === undefined ? () => single : () => [...single, watched.current]);
  return { gate: createGate(identify, defaults), hint: token === undefined ? 'given-out' : { shown: token } };
}

/** The keys are fetched once before the start: an address that is wrong shall show itself to the operator, not to callers. */
async function jwt(config: Config, log: Logger): Promise<Identify> {
  const { jwksUrl, jwtIssuer: issuer, jwtAudience: audience } = config;
  if (jwksUrl === undefined || issuer === undefined || audience === undefined)
    throw new Error('The settings of --auth jwt are incomplete. This is a bug.');
  const keys = new IssuerKeys(jwksUrl, log);
  try {
    await keys.load();
  } catch (error) {
    if (!(error instanceof IssuerKeysError)) throw error;
    throw new ConfigError([`--jwks-url: the keys of the issuer cannot be fetched: ${error.message}`]);
  }
  const { jwtClockSkewSeconds: clockSkewSeconds, jwtEndpointsClaim: endpointsClaim } = config;
  return identifyJwt(keys.find, { issuer, audience, clockSkewSeconds, endpointsClaim });
}

async function madeToken({ cacheDir }: Config): Promise<string> {
  const { token } = await readOrMakeToken(join(cacheDir, 'token')).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new ConfigError([
      `--cache-dir: expected a folder in which the token can be kept, got ${JSON.stringify(cacheDir)} (${error.code}); give another folder, or a token with --token`,
    ]);
  });
  if (BEARER_TOKEN.test(token)) return token;
  throw new ConfigError([
    `--cache-dir: expected the token that was made in ${JSON.stringify(cacheDir)}, but its file holds none; delete the file token there, and a new one is made`,
  ]);
}

/** Lives as long as the process: its timer keeps nothing awake. */
async function watch(path: string, log: Logger): Promise<WatchedTokens> {
  try {
    return await watchTokenFile(path, log);
  } catch (error) {
    if (error instanceof TokenFileError) throw new ConfigError([`--token-file: ${error.message}`]);
    throw error;
  }
}
