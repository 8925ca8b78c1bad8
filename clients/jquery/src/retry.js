// Owns when a call ends and when it is repeated. Must not know what is called.

/** A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The end of a whole call, repeats and waits included: its deadline, or its cancelling by the caller. */
class Scope {
  /** @type {Set<() => void>} */
  #whenOver = new Set();
  #isOver = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #end = () => this.close();

  /** @param {number} deadlineMs @param {AbortSignal | undefined} signal */
  constructor(deadlineMs, signal) {
    this.deadlineMs = deadlineMs;
    this.signal = signal;
    this.endsAtMs = performance.now() + deadlineMs;
    if (deadlineMs <= LONGEST_TIMER_MS) this.#timer = setTimeout(this.#end, deadlineMs);
    signal?.addEventListener('abort', this.#end);
    if (signal?.aborted) this.close();
  }

  leftMs() {
    return this.endsAtMs - performance.now();
  }

  /** Calls `stop` when the call is over, unless the returned function was called before. @param {() => void} stop */
  whenOver(stop) {
    this.#whenOver.add(stop);
    return () => this.#whenOver.delete(stop);
  }

  /** Ends everything that is under way. */
  close() {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.signal?.removeEventListener('abort', this.#end);
    for (const stop of this.#whenOver) stop();
  }

  /** Why the call is over, if it is. */
  overError() {
    if (!this.#isOver) return undefined;
    if (this.signal?.aborted) return new errors.CancelledError('The call was cancelled.');
    return new errors.DeadlineError(`The call was not done within its deadline of ${this.deadlineMs} ms.`);
  }

  throwIfOver() {
    const error = this.overError();
    if (error !== undefined) throw error;
  }

  /**
   * What a promise gives, unless the call is over before.
   *
   * @template T
   * @param {Promise<T>} promise
   * @returns {Promise<T>}
   */
  within(promise) {
    return new Promise((resolve, reject) => {
      const stop = () => {
        const error = this.overError();
        if (error !== undefined) reject(error);
      };
      promise.then(resolve, reject).finally(this.whenOver(stop));
      stop();
    });
  }

  /** @param {number} ms */
  async wait(ms) {
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.whenOver(() => {
        clearTimeout(timer);
        resolve(undefined);
      });
    });
    this.throwIfOver();
  }
}

/** 429, 503, 504 and lost connections; predicting the same twice does no harm. @param {unknown} error */
const isRetryable = (error) =>
  error instanceof errors.RateLimitError ||
  error instanceof errors.UnavailableError ||
  error instanceof errors.ConnectionError ||
  (error instanceof errors.DeadlineError && error.status !== undefined);

/**
 * Half to all of a time that doubles with each repeat, so that clients that failed together do not return together; never less
 * than the server asked for.
 *
 * @param {PredictSchemata.RetryPolicy} policy
 * @param {number} repeat 0 before the first repeat
 * @param {unknown} [error]
 */
function backoffMs({ initialBackoffMs, maxBackoffMs }, repeat, error) {
  const asked = error instanceof PredictError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
  return Math.max(asked, Math.min(maxBackoffMs, initialBackoffMs * 2 ** repeat) * (0.5 + Math.random() / 2));
}

/**
 * Runs `attempt` until it succeeds, fails for good, or the next wait would not end before the deadline.
 *
 * @template T
 * @param {PredictSchemata.RetryPolicy} policy
 * @param {Scope} scope
 * @param {() => Promise<T>} attempt
 */
async function withRetries(policy, scope, attempt) {
  for (let repeat = 0; ; repeat++) {
    try {
      return await attempt();
    } catch (error) {
      const waitMs = backoffMs(policy, repeat, error);
      if (!isRetryable(error) || repeat + 1 >= policy.maxAttempts || waitMs >= scope.leftMs()) throw error;
      await scope.wait(waitMs);
    }
  }
}
