// Owns tokens that a program prints.
package predictschemata;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

final class CommandToken implements TokenProvider {
  /** Google's access tokens live for an hour; half of that leaves time for what is under way. */
  private static final Duration LIFETIME = Duration.ofMinutes(30);

  private final List<String> command;
  private String kept;
  private long keptUntilNanos;

  CommandToken(List<String> command) {
    this.command = command;
  }

  @Override
  public synchronized String token(String refused) {
    boolean isOld = System.nanoTime() - keptUntilNanos >= 0;
    if (kept == null || kept.equals(refused) || isOld) {
      kept = printed();
      keptUntilNanos = System.nanoTime() + LIFETIME.toNanos();
    }
    return kept;
  }

  private String printed() {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try {
        process.getOutputStream().close();
        // Waited for first, as reading cannot be interrupted; a token fits the pipe.
        int code = process.waitFor();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (code == 0 && !output.isBlank()) return output.trim();
        throw new IllegalStateException(
            "Expected a token from "
                + command.get(0)
                + ", which ended with "
                + code
                + ". Run it in a terminal to see why.");
      } finally {
        process.destroy();
      }
    } catch (IOException cause) {
      throw new UncheckedIOException(command.get(0) + " could not be run.", cause);
    } catch (InterruptedException cause) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "Interrupted while waiting for " + command.get(0) + ".", cause);
    }
  }
}
