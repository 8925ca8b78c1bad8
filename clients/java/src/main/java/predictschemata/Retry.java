// Owns when a call is repeated and how long is waited before. Must not know what is called.
package predictschemata;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * @param maxAttempts the first one counts
 */
record Retry(int maxAttempts, Duration initialBackoff, Duration maxBackoff) {
  /** Above this the first wait, doubled so often, does not fit a long. */
  private static final int MOST_DOUBLINGS = 30;

  /**
   * Runs an attempt until one succeeds, fails for good, or the next wait would pass the deadline.
   */
  <T> T run(Scope scope, Supplier<T> attempt) {
    for (int repeat = 0; ; repeat++) {
      try {
        return attempt.get();
      } catch (PredictException error) {
        long nanos = backoffNanos(repeat, error.facts().retryAfterSeconds());
        boolean isLast = repeat + 1 >= maxAttempts || nanos >= scope.leftNanos();
        if (!isRetryable(error) || isLast) throw error;
        scope.pause(nanos);
      }
    }
  }

  long backoffNanos(int repeat, long askedSeconds) {
    return backoffNanos(repeat, askedSeconds, ThreadLocalRandom.current().nextDouble());
  }

  /**
   * Half to all of a time that doubles with each repeat, so that clients that failed together do
   * not return together; never less than the server asked for.
   *
   * @param repeat 0 before the first repeat
   * @param random from 0 to below 1
   */
  long backoffNanos(int repeat, long askedSeconds, double random) {
    double doubled = initialBackoff.toNanos() * (double) (1L << Math.min(repeat, MOST_DOUBLINGS));
    double full = Math.min(maxBackoff.toNanos(), doubled);
    return Math.max(Duration.ofSeconds(askedSeconds).toNanos(), (long) (full * (0.5 + random / 2)));
  }

  /** 429, 503, 504 and lost connections; predicting the same twice does no harm. */
  static boolean isRetryable(PredictException error) {
    return error instanceof PredictException.RateLimited
        || error instanceof PredictException.Unavailable
        || error instanceof PredictException.Connection
        || (error instanceof PredictException.Deadline && error.status().isPresent());
  }
}
