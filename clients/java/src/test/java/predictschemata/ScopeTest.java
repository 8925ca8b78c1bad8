// Owns the proof of how a call ends: first failure, interrupt, cancelled future, deadline.
package predictschemata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ScopeTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  @Test
  void afterAFailureNothingMoreIsBegun() {
    ConcurrentLinkedQueue<Integer> begun = new ConcurrentLinkedQueue<>();
    try (Scope scope = new Scope(LONG)) {
      assertThrows(
          IllegalStateException.class,
          () ->
              Parallel.run(
                  scope,
                  List.of(1, 2, 3),
                  1,
                  item -> {
                    begun.add(item);
                    throw new IllegalStateException("one");
                  }));
    }
    assertEquals(List.of(1), List.copyOf(begun));
  }

  @Test
  void callerDoesNotWaitForWhatHangs() {
    CompletableFuture<Void> never = new CompletableFuture<>();
    try (Scope scope = new Scope(Duration.ofMillis(50))) {
      PredictException late =
          assertThrows(PredictException.Deadline.class, () -> scope.await(never));
      assertTrue(late.status().isEmpty());
    }
  }

  @Test
  void interruptedCallerLeavesAtOnce() {
    try (Scope scope = new Scope(LONG)) {
      Thread.currentThread().interrupt();
      assertThrows(PredictException.Cancelled.class, () -> scope.pause(LONG.toNanos()));
      assertTrue(Thread.interrupted(), "the interrupt is for the caller to see, too");
    }
  }

  @Test
  void cancelledFutureClosesItsConnection() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Target target = Target.server("http://127.0.0.1:" + silent.getLocalPort());
      PredictClient client =
          new PredictClient(ClientOptions.to(target).maxInstances(1).maxBodyBytes(1_000_000));
      CompletableFuture<SoundAnswer> answer =
          client.predictSoundsAsync(Algorithms.all().get(0), List.of(Sound.wav(new byte[9])));
      try (Socket connection = silent.accept()) {
        connection.setSoTimeout((int) TimeUnit.SECONDS.toMillis(30));
        assertTrue(connection.getInputStream().read() >= 0);
        answer.cancel(true);
        readToEnd(connection);
      }
      assertTrue(answer.isCancelled());
    }
  }

  /** Fails by its timeout when the other side keeps the connection. */
  private static void readToEnd(Socket connection) throws IOException {
    while (connection.getInputStream().read() >= 0) {}
  }
}
