// Owns the way of one call into the server: who calls, and whether that caller has a call left. Knows the header's text and no
// other HTTP; which tokens are good is for whoever made the `Identify`.
import { CallLimiter, type CallLimits } from './call-limits.ts';
import { ANYONE, type Caller } from './caller.ts';

/** Finds the caller behind an Authorization header. Throws RequestError with MISSING_TOKEN, INVALID_TOKEN or TOKEN_KEYS_UNAVAILABLE. */
export type Identify = (authorization: string | undefined) => Caller | Promise<Caller>;

export interface Gate {
  readonly identify: Identify;
  /**
   * Counts one call of `caller`. Gives the function that ends it, to be called however the call ends; a second time is harmless.
   * Throws RequestError with TOKEN_RATE_EXCEEDED or TOKEN_CONCURRENCY_EXCEEDED.
   */
  admit(caller: Caller): () => void;
}

/** Lets everyone in; for `--auth none`. */
export const openGate: Gate = { identify: () => ANYONE, admit: () => () => {} };

/** A gate that lets in whom `identify` knows. `defaults` hold for a caller that has no limit of its own. */
export function createGate(identify: Identify, defaults: CallLimits = {}, limiter = new CallLimiter()): Gate {
  return {
    identify,
    admit({ name, limits: { rate = defaults.rate, concurrency = defaults.concurrency } }) {
      return name === undefined ? () => {} : limiter.admit(name, { rate, concurrency });
    },
  };
}
