// Owns the proof of waits to the millisecond, and of what is repeated.
package predictschemata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RetryTest {
  private static final Retry RETRY = new Retry(3, Duration.ofMillis(100), Duration.ofMillis(300));

  @ParameterizedTest
  @CsvSource({"0, 0, 0, 50", "1, 0, 1, 200", "9, 0, 1, 300", "99, 0, 1, 300", "0, 2, 0, 2000"})
  void waitsDoubleUpToABoundAndKeepToTheServer(int repeat, long asked, double random, long wantMs) {
    assertEquals(Duration.ofMillis(wantMs).toNanos(), RETRY.backoffNanos(repeat, asked, random));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7 | 7",
        "Sun, 06 Nov 1994 08:49:40 GMT | 3",
        "Sun, 06 Nov 1994 08:49:30 GMT | 0",
        "soon | 0",
        "-1 | 0",
        " | 0"
      })
  void retryAfterIsSecondsOrADate(String header, long want) {
    Instant now = Instant.parse("1994-11-06T08:49:37Z");
    assertEquals(want, ErrorAnswer.retryAfterSeconds(header, now));
  }

  @ParameterizedTest
  @CsvSource({"429, 3", "503, 3", "504, 3", "400, 1", "401, 1", "500, 1"})
  void onlyWhatMayPassIsRepeated(int status, int wantAttempts) {
    AtomicInteger attempts = new AtomicInteger();
    Retry quick = new Retry(3, Duration.ofNanos(1), Duration.ofNanos(1));
    try (Scope scope = new Scope(Duration.ofMinutes(1))) {
      PredictException thrown =
          assertThrows(
              PredictException.class,
              () ->
                  quick.run(
                      scope,
                      () -> {
                        attempts.incrementAndGet();
                        throw ErrorAnswer.of(status, "id", null, "<html>");
                      }));
      assertEquals(status, thrown.status().orElseThrow());
      assertEquals("id", thrown.requestId().orElseThrow());
    }
    assertEquals(wantAttempts, attempts.get());
  }

  @Test
  void waitThatWouldPassTheDeadlineIsNotBegun() {
    AtomicInteger attempts = new AtomicInteger();
    try (Scope scope = new Scope(Duration.ofMinutes(1))) {
      assertThrows(
          PredictException.RateLimited.class,
          () ->
              RETRY.run(
                  scope,
                  () -> {
                    attempts.incrementAndGet();
                    throw ErrorAnswer.of(429, null, "3600", "");
                  }));
    }
    assertEquals(1, attempts.get());
  }
}
