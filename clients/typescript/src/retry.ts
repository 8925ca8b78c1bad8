// Owns when a call is repeated and how long is waited before. Must not know what is called.
import {
  CancelledError,
  ConnectionError,
  DeadlineError,
  PredictError,
  RateLimitError,
  UnavailableError,
} from './errors.ts';

export interface RetryPolicy {
  /** The first one counts. */
  readonly maxAttempts: number;
  readonly initialBackoffMs: number;
  readonly maxBackoffMs: number;
}

/** 429, 503, 504 and lost connections; predicting the same twice does no harm. */
export function isRetryable(error: unknown): boolean {
  return (
    error instanceof RateLimitError ||
    error instanceof UnavailableError ||
    error instanceof ConnectionError ||
    (error instanceof DeadlineError && error.status !== undefined)
  );
}

/**
 * Half to all of a time that doubles with each repeat, so that clients that failed together do not return together; never less than
 * the server asked for.
 *
 * @param repeat 0 before the first repeat
 * @param random from 0 to below 1
 */
export function backoffMs(policy: RetryPolicy, repeat: number, error: unknown, random = Math.random()): number {
  const full = Math.min(policy.maxBackoffMs, policy.initialBackoffMs * 2 ** repeat);
  const asked = error instanceof PredictError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
  return Math.max(asked, full * (0.5 + random / 2));
}

/** Runs `attempt` until it succeeds, fails for good, or the next wait would not end before the deadline. */
export async function withRetries<T>(
  policy: RetryPolicy,
  deadline: Deadline,
  attempt: (repeat: number) => Promise<T>,
): Promise<T> {
  for (let repeat = 0; ; repeat++) {
    try {
      return await attempt(repeat);
    } catch (error) {
      const waitMs = backoffMs(policy, repeat, error);
      if (!isRetryable(error) || repeat + 1 >= policy.maxAttempts || waitMs >= deadline.leftMs()) throw error;
      await deadline.wait(waitMs);
    }
  }
}

/** The end of a whole call, repeats and waits included, or its cancelling by the caller. */
export class Deadline {
  readonly signal: AbortSignal;
  readonly #caller: AbortSignal | undefined;
  readonly #endsAtMs: number;
  readonly #deadlineMs: number;

  constructor(deadlineMs: number, caller?: AbortSignal) {
    this.#deadlineMs = deadlineMs;
    this.#endsAtMs = performance.now() + deadlineMs;
    this.#caller = caller;
    const timeout = AbortSignal.timeout(deadlineMs);
    this.signal = caller === undefined ? timeout : AbortSignal.any([timeout, caller]);
  }

  leftMs(): number {
    return this.#endsAtMs - performance.now();
  }

  /** Resolves after a time. @throws CancelledError or DeadlineError as soon as one is due */
  async wait(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.signal.addEventListener('abort', done);
      if (this.signal.aborted) done();
    });
    this.throwIfOver();
  }

  /** What a promise gives. @throws CancelledError or DeadlineError as soon as one is due */
  within<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const over = (): void => {
        try {
          this.throwIfOver();
        } catch (error) {
          reject(error);
        }
      };
      this.signal.addEventListener('abort', over);
      promise.then(resolve, reject).finally(() => this.signal.removeEventListener('abort', over));
      over();
    });
  }

  throwIfOver(cause?: unknown): void {
    if (this.#caller?.aborted) throw new CancelledError('The call was cancelled.', { cause });
    if (this.signal.aborted) {
      throw new DeadlineError(`The call was not done within its deadline of ${this.#deadlineMs} ms.`, { cause });
    }
  }
}
