// Owns how often and how many at once one caller may call: a token bucket and a count per name. Must not know who the names
// belong to. All in memory: each process counts for itself.
import { RequestError } from '../errors.ts';

/** So many calls in a period. All of them may come at once; they come back evenly over the period. */
export interface Rate {
  readonly calls: number;
  readonly periodMs: number;
}

export interface CallLimits {
  readonly rate?: Rate | undefined;
  /** Calls that may be answered at the same time. */
  readonly concurrency?: number | undefined;
}

const PERIODS_MS: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000 };
/** What `parseRate` reads, for messages. */
export const RATE_FORM = 'expected a rate such as 5/s, 100/min or 1000/h, of 1 to 1000000 calls';

/** Reads `5/s`, `100/min` or `1000/h`; undefined for anything else. */
export function parseRate(text: string): Rate | undefined {
  const [, calls, period = ''] = /^([1-9]\d{0,6})\/(s|min|h)$/.exec(text) ?? [];
  const periodMs = PERIODS_MS[period];
  return calls === undefined || periodMs === undefined || Number(calls) > 1_000_000
    ? undefined
    : { calls: Number(calls), periodMs };
}

interface Use {
  active: number;
  /** Calls left in the bucket at `atMs`. */
  left: number;
  atMs: number;
  /** When the bucket is full again: from then on the entry says nothing that a new one would not. */
  fullAtMs: number;
}

/** Fewer names than this are not worth a look for idle ones. */
const SWEEP_FROM = 1_024;
/** A computation takes milliseconds to seconds: a caller with all its places taken may well have one in a second. */
const CONCURRENCY_RETRY_SECONDS = 1;

export class CallLimiter {
  readonly #uses = new Map<string, Use>();
  readonly #nowMs: () => number;
  #sweepAt = SWEEP_FROM;

  /** @param nowMs a clock that never goes back, in milliseconds */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Names that are remembered, idle ones included. */
  get size(): number {
    return this.#uses.size;
  }

  /**
   * Lets one call of `name` in and gives the function that ends it; calling that twice is harmless. Throws RequestError with
   * TOKEN_CONCURRENCY_EXCEEDED or TOKEN_RATE_EXCEEDED; a refused call takes nothing from the bucket.
   */
  admit(name: string, { rate, concurrency }: CallLimits): () => void {
    if (rate === undefined && concurrency === undefined) return () => {};
    const use = this.#useOf(name, rate);
    if (concurrency !== undefined && use.active >= concurrency) {
      throw new RequestError(
        'TOKEN_CONCURRENCY_EXCEEDED',
        `Expected at most ${concurrency} ${concurrency === 1 ? 'call' : 'calls'} of this token at once, got one more. Wait for an answer before the next call, or ask the operator for a higher limit.`,
        { retryAfterSeconds: CONCURRENCY_RETRY_SECONDS },
      );
    }
    if (rate !== undefined) takeOne(use, rate);
    use.active += 1;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      use.active -= 1;
    };
  }

  /** The entry of `name` with its bucket filled up to now, whatever its limits were before. */
  #useOf(name: string, rate: Rate | undefined): Use {
    const nowMs = this.#nowMs();
    const known = this.#uses.get(name);
    if (known === undefined) {
      this.#sweep(nowMs);
      const use: Use = { active: 0, left: rate?.calls ?? 0, atMs: nowMs, fullAtMs: nowMs };
      this.#uses.set(name, use);
      return use;
    }
    if (rate !== undefined) {
      const refilled = ((nowMs - known.atMs) * rate.calls) / rate.periodMs;
      known.left = Math.min(rate.calls, known.left + refilled);
    }
    known.atMs = nowMs;
    return known;
  }

  /** Subjects of JWTs come without end: forgets those that are idle each time their number has doubled. */
  #sweep(nowMs: number): void {
    if (this.#uses.size < this.#sweepAt) return;
    for (const [name, { active, fullAtMs }] of this.#uses) {
      if (active === 0 && fullAtMs <= nowMs) this.#uses.delete(name);
    }
    this.#sweepAt = Math.max(SWEEP_FROM, this.#uses.size * 2);
  }
}

function takeOne(use: Use, { calls, periodMs }: Rate): void {
  const msPerCall = periodMs / calls;
  if (use.left < 1) {
    const retryAfterSeconds = Math.max(1, Math.ceil(((1 - use.left) * msPerCall) / 1_000));
    throw new RequestError(
      'TOKEN_RATE_EXCEEDED',
      `Expected at most ${calls} ${calls === 1 ? 'call' : 'calls'} of this token in ${periodMs / 1_000} s, got one more. Repeat the call after the seconds in Retry-After, or ask the operator for a higher limit.`,
      { retryAfterSeconds },
    );
  }
  use.left -= 1;
  use.fullAtMs = use.atMs + (calls - use.left) * msPerCall;
}
