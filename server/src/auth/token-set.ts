// Owns which of many tokens a call carries. Holds hashes alone; must not know a file or a header.
import { timingSafeEqual } from 'node:crypto';
import { parseRate } from './call-limits.ts';
import type { Caller } from './caller.ts';
import { SINGLE_TOKEN_NAME, type TokenRecord, tokenHash } from './token-record.ts';

export interface KnownToken {
  readonly caller: Caller;
  /** Milliseconds since 1970; from then on the token is refused. */
  readonly expiresAtMs: number;
}

/** Finds a token in the same time whatever their number. */
export class TokenSet {
  readonly #tokens: ReadonlyMap<string, KnownToken & { readonly digest: Buffer }>;

  constructor(records: readonly TokenRecord[]) {
    this.#tokens = new Map(
      records.map(({ name, sha256, endpoints, rate, concurrency, expires }) => [
        sha256,
        {
          digest: Buffer.from(sha256, 'hex'),
          expiresAtMs: expires === undefined ? Number.POSITIVE_INFINITY : Date.parse(expires),
          caller: {
            name,
            endpoints: endpoints && new Set(endpoints),
            limits: { rate: rate === undefined ? undefined : parseRate(rate), concurrency },
          },
        },
      ]),
    );
  }

  get size(): number {
    return this.#tokens.size;
  }

  /**
   * The token with this hash. What the look-up's time may tell is about SHA-256 hashes, of which a caller cannot choose a single
   * digit; the comparison that decides takes the same time for every hash.
   */
  find(sha256: string): KnownToken | undefined {
    const known = this.#tokens.get(sha256);
    return known !== undefined && timingSafeEqual(known.digest, Buffer.from(sha256, 'hex')) ? known : undefined;
  }
}

/** The set of the server's one own token, which may do everything and never expires. */
export function singleToken(token: string): TokenSet {
  const created = new Date(0).toISOString();
  return new TokenSet([{ name: SINGLE_TOKEN_NAME, sha256: tokenHash(token), created }]);
}

/** The set that knows nobody. */
export const NO_TOKENS = new TokenSet([]);
