// Owns the public keys of a token issuer: fetched from its JWKS address within limits, kept, and fetched again when they get
// old or lack a key. Must not know tokens beyond what jose asks for.
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { RequestError } from '../errors.ts';
import type { Logger } from '../observe/log.ts';

/** Far more than any issuer has; a few keys are some kilobytes. */
const MAX_BYTES = 256 * 1024;
const FETCH_TIMEOUT_MS = 5_000;
/** Keys older than this are fetched again beside the calls, which go on with the old ones. */
const REFRESH_AFTER_MS = 10 * 60_000;
/** Keys older than this are trusted no more, however long the issuer cannot be reached: it may have withdrawn one. */
const MAX_AGE_MS = 60 * 60_000;
/** Between two fetches: a key id that nobody has must not let a caller send requests to the issuer. */
const COOLDOWN_MS = 10_000;
const RETRY_AFTER_SECONDS = 5;

type Keys = ReturnType<typeof createLocalJWKSet>;

/** Why the keys cannot be had. `message` holds nothing of the issuer's answer. */
export class IssuerKeysError extends Error {
  override readonly name = 'IssuerKeysError';
}

export class IssuerKeys {
  readonly #url: URL;
  readonly #log: Logger;
  readonly #nowMs: () => number;
  #keys: Keys | undefined;
  #loadedAtMs = Number.NEGATIVE_INFINITY;
  #triedAtMs = Number.NEGATIVE_INFINITY;
  #loading: Promise<void> | undefined;

  /** @param nowMs a clock that never goes back, in milliseconds */
  constructor(url: URL, log: Logger, nowMs: () => number = () => performance.now()) {
    this.#url = url;
    this.#log = log;
    this.#nowMs = nowMs;
  }

  /** Fetches the keys; whoever asks meanwhile waits for the same fetch. Throws IssuerKeysError. */
  load(): Promise<void> {
    this.#loading ??= this.#fetch().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** jose's way to the key of a token. Throws RequestError with TOKEN_KEYS_UNAVAILABLE, or what jose throws when no key fits. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const keys = await this.#current();
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // The issuer may have changed its keys since.
      if (this.#mayLoad()) return await (await this.#loaded())(header, token);
      // After a fetch that failed nobody can tell.
      throw this.#triedAtMs > this.#loadedAtMs ? unavailable() : error;
    }
  };

  async #current(): Promise<Keys> {
    const ageMs = this.#nowMs() - this.#loadedAtMs;
    if (this.#keys !== undefined && ageMs < MAX_AGE_MS) {
      if (ageMs >= REFRESH_AFTER_MS && this.#mayLoad()) this.load().catch(() => {});
      return this.#keys;
    }
    if (!this.#mayLoad()) throw unavailable();
    return this.#loaded();
  }

  /** Whoever waits for a fetch that is under way asks the issuer for nothing more. */
  #mayLoad(): boolean {
    return this.#loading !== undefined || this.#nowMs() - this.#triedAtMs >= COOLDOWN_MS;
  }

  async #loaded(): Promise<Keys> {
    await this.load().catch((error: unknown) => {
      throw unavailable(error);
    });
    if (this.#keys === undefined) throw new Error('The keys were loaded and are not there. This is a bug.');
    return this.#keys;
  }

  async #fetch(): Promise<void> {
    this.#triedAtMs = this.#nowMs();
    try {
      this.#keys = createLocalJWKSet(await fetchKeySet(this.#url));
      this.#loadedAtMs = this.#nowMs();
    } catch (error) {
      const problem = error instanceof IssuerKeysError ? error : new IssuerKeysError('it is no JSON Web Key Set');
      this.#log.error({ problem: problem.message }, 'the keys of the token issuer cannot be fetched');
      throw problem;
    }
  }
}

function unavailable(cause?: unknown): RequestError {
  return new RequestError(
    'TOKEN_KEYS_UNAVAILABLE',
    'The server cannot get the keys that it needs to check the bearer token. Repeat the call later; tell the operator if it lasts.',
    { retryAfterSeconds: RETRY_AFTER_SECONDS, cause },
  );
}

async function fetchKeySet(url: URL): Promise<JSONWebKeySet> {
  const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS);
  let text: string;
  try {
    // Another address than the configured one is never asked.
    const response = await fetch(url, { redirect: 'manual', signal, headers: { Accept: 'application/json' } });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new IssuerKeysError(`expected status 200 and no redirect, got ${response.status}`);
    }
    text = await readText(response);
  } catch (error) {
    if (error instanceof IssuerKeysError) throw error;
    throw new IssuerKeysError(
      signal.aborted ? `no answer within ${FETCH_TIMEOUT_MS} ms` : `no connection (${codeOf(error)})`,
    );
  }
  return keySetOf(text);
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (bytes > MAX_BYTES) throw new IssuerKeysError(`expected at most ${MAX_BYTES} bytes, got more`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A set in which at least one key can verify a signature; createLocalJWKSet checks its form. */
function keySetOf(text: string): JSONWebKeySet {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new IssuerKeysError('expected a JSON Web Key Set, got something else than JSON');
  }
  const keys = typeof content === 'object' && content !== null && 'keys' in content ? content.keys : undefined;
  if (!Array.isArray(keys)) throw new IssuerKeysError('expected a JSON Web Key Set with a list of keys, got none');
  // Symmetric keys have no place in a public set, and their algorithms are refused anyhow.
  const usable = keys.filter(
    (key: unknown) =>
      typeof key === 'object' && key !== null && 'kty' in key && ['RSA', 'EC', 'OKP'].includes(String(key.kty)),
  );
  if (usable.length === 0) throw new IssuerKeysError('expected an RSA, EC or OKP key, got none');
  return { keys: usable };
}

/** Why a connection failed, from the system's own error below fetch's. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
}
