// Owns where bearer tokens come from.
package predictschemata;

import java.util.List;

/**
 * Gives a bearer token. A client asks before each call, one question at a time, and interrupts the
 * thread that asks when its call has ended; a provider of several clients may be asked by each.
 */
@FunctionalInterface
public interface TokenProvider {
  /**
   * A token, without {@code Bearer}.
   *
   * @param refused the one that the server has just answered with 401, or null: give a fresh one
   *     then
   */
  String token(String refused);

  /** Tokens of {@code gcloud auth print-access-token}, kept for half an hour. */
  static TokenProvider gcloud() {
    return ofCommand(List.of("gcloud", "auth", "print-access-token"));
  }

  /** Tokens that another program prints, kept for half an hour. */
  static TokenProvider ofCommand(List<String> command) {
    return new CommandToken(List.copyOf(command));
  }
}
