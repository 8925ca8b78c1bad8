// Owns one call of the user's for any number of sounds: calls side by side, and single sounds that
// are worth a repeat. Must not know
// an algorithm.
package predictschemata;

import java.util.Arrays;
import java.util.List;

final class SoundRun {
  private final ClientOptions options;
  private final EndpointCalls calls;
  private final Core<List<Piece>, SoundAnswer> core;
  private final Limits limits;
  private final Scope scope;
  private final SoundPrediction[] predictions;
  private volatile String modelDisplayName;

  SoundRun(
      ClientOptions options,
      EndpointCalls calls,
      Core<List<Piece>, SoundAnswer> core,
      Limits limits,
      Scope scope,
      int count) {
    this.options = options;
    this.calls = calls;
    this.core = core;
    this.limits = limits;
    this.scope = scope;
    this.predictions = new SoundPrediction[count];
  }

  SoundAnswer run(List<Piece> pieces) {
    Split split = Split.of(pieces, limits);
    for (Piece piece : split.tooLong()) predictions[piece.index()] = tooLong(piece);
    Parallel.run(
        scope,
        split.calls(),
        options.maxParallelCalls,
        batch -> {
          byte[] body = core.write().apply(batch);
          options.retry.run(scope, () -> send(batch, body));
        });
    repeatFailed(pieces);
    return new SoundAnswer(List.copyOf(Arrays.asList(predictions)), modelDisplayName);
  }

  private Void send(List<Piece> batch, byte[] body) {
    SoundAnswer answer = calls.predict(body, batch.size(), core, scope);
    modelDisplayName = answer.modelDisplayName();
    for (int index = 0; index < batch.size(); index++) {
      predictions[batch.get(index).index()] = answer.predictions().get(index);
    }
    return null;
  }

  /**
   * The errors that sounds have are results already: a repeat that fails as a whole takes nothing
   * away.
   */
  private void repeatFailed(List<Piece> pieces) {
    for (int repeat = 0; repeat + 1 < options.retry.maxAttempts(); repeat++) {
      List<Piece> open = pieces.stream().filter(this::isWorthRepeating).toList();
      long nanos = options.retry.backoffNanos(repeat, 0);
      if (open.isEmpty() || nanos >= scope.leftNanos()) return;
      scope.pause(nanos);
      Parallel.run(scope, Split.of(open, limits).calls(), options.maxParallelCalls, this::sendOnce);
    }
  }

  private void sendOnce(List<Piece> batch) {
    try {
      send(batch, core.write().apply(batch));
    } catch (PredictException.Cancelled cancelled) {
      throw cancelled;
    } catch (PredictException kept) {
      // Their errors stay where they are.
    }
  }

  private boolean isWorthRepeating(Piece piece) {
    return predictions[piece.index()] instanceof SoundPrediction.Failure failure
        && failure.reason() != null
        && Algorithms.RETRYABLE_REASONS.contains(failure.reason());
  }

  private SoundPrediction tooLong(Piece piece) {
    return new SoundPrediction.Failure(
        "BODY_TOO_LARGE",
        "Expected an instance that fits a body of "
            + limits.maxBodyBytes()
            + " bytes, got one of "
            + piece.length()
            + ". Send a shorter file.");
  }
}
