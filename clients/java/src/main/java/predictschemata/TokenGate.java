// Owns asking a token provider for one call at a time. Must not know what a token is for.
package predictschemata;

import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One call asks; those that come meanwhile wait and take its answer, unless it is what they were
 * refused with. A failure is the asking call's own, since its own end may be the cause: the next
 * one asks anew.
 */
final class TokenGate {
  final TokenProvider provider;
  private final ReentrantLock turn = new ReentrantLock();

  /** Written in turn, read by those that come. */
  private volatile long answers;

  private String last;

  TokenGate(TokenProvider provider) {
    this.provider = Objects.requireNonNull(provider, "provider");
  }

  /**
   * @param scope of the call that asks: its end ends the question
   */
  String token(String refused, Scope scope) {
    long answersBefore = answers;
    return scope.interruptibly(
        () -> {
          turn.lockInterruptibly();
          try {
            if (answers != answersBefore && !last.equals(refused)) return last;
            last =
                Objects.requireNonNull(
                    provider.token(refused), "Expected a token of the provider, got null.");
            answers++;
            return last;
          } finally {
            turn.unlock();
          }
        });
  }
}
