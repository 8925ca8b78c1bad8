// Owns the proof of who asks a token provider, and who takes the answer of another's question.
package predictschemata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class TokenGateTest {
  private final BlockingQueue<String> questions = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> answers = new SynchronousQueue<>();
  private final TokenGate gate =
      new TokenGate(
          refused -> {
            questions.add(String.valueOf(refused));
            String answer = taken(answers);
            if (answer.equals("fail")) throw new IllegalStateException("failed");
            return answer;
          });

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, -, A, A A, null",
        "A, A, B, B B, A",
        // The answer is no use to one that was refused with it, but to one that comes anew.
        "-, A, A B, A B, null A",
        "A, -, B, B B, A",
        "-, -, fail B, failed B, null null"
      })
  void oneAsksAndThoseThatWaitTakeItsAnswer(
      String first, String second, String given, String want, String wantQuestions)
      throws Exception {
    List<CompletableFuture<String>> outcomes = new ArrayList<>();
    try (Scope scope = new Scope(Duration.ofMinutes(1))) {
      outcomes.add(asked(first, scope));
      outcomes.add(asked(second, scope));
      for (String answer : given.split(" ")) answers.put(answer);
      assertEquals(want, outcomes.get(0).get() + " " + outcomes.get(1).get());
    }
    assertEquals(wantQuestions, String.join(" ", questions));
  }

  @Test
  void laterCallAsksAnew() throws Exception {
    try (Scope scope = new Scope(Duration.ofMinutes(1))) {
      for (String token : List.of("A", "B")) {
        CompletableFuture<String> outcome = asked(null, scope);
        answers.put(token);
        assertEquals(token, outcome.get());
      }
    }
  }

  @Test
  void whoWaitsLeavesWithItsCall() throws Exception {
    Scope leaving = new Scope(Duration.ofMinutes(1));
    try (Scope scope = new Scope(Duration.ofMinutes(1))) {
      CompletableFuture<String> first = asked(null, scope);
      CompletableFuture<String> second = asked(null, leaving);
      leaving.close();
      assertEquals("The call was cancelled.", second.get());
      answers.put("A");
      assertEquals("A", first.get());
    }
  }

  @Test
  void providerThatHangsEndsWithItsCallAndKeepsNoOtherWaiting() throws Exception {
    BlockingQueue<Boolean> ends = new LinkedBlockingQueue<>();
    TokenProvider hanging =
        refused -> {
          try {
            new CountDownLatch(1).await();
            return "none";
          } catch (InterruptedException expected) {
            ends.add(true);
            throw new IllegalStateException(expected);
          }
        };
    PredictClient client =
        new PredictClient(
            ClientOptions.to(Target.server("http://127.0.0.1:1"))
                .maxInstances(1)
                .maxBodyBytes(1_000_000)
                .token(hanging)
                .deadline(Duration.ofSeconds(2)));
    for (int call = 0; call < 2; call++) {
      assertThrows(
          PredictException.Deadline.class,
          () -> client.predictSounds(Algorithms.all().get(0), List.of(Sound.wav(new byte[1]))));
      assertTrue(ends.poll(50, TimeUnit.SECONDS));
    }
  }

  /** Asks on a thread of its own, and returns when that waits for an answer or its turn. */
  private CompletableFuture<String> asked(String refused, Scope scope) throws Exception {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                outcome.complete(gate.token(refused, scope));
              } catch (RuntimeException error) {
                outcome.complete(error.getMessage());
              }
            });
    thread.start();
    while (thread.getState() != Thread.State.WAITING) TimeUnit.MILLISECONDS.sleep(1);
    return outcome;
  }

  private static String taken(BlockingQueue<String> queue) {
    try {
      return queue.take();
    } catch (InterruptedException cause) {
      throw new IllegalStateException(cause);
    }
  }
}
