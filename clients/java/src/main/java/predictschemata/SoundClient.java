// Owns what callers use: predictions of instances in one call, and of sounds in as many as they
// need. Must not know an algorithm.
package predictschemata;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The part of {@link PredictClient} that knows no algorithm. */
public class SoundClient {
  private final ClientOptions options;

  SoundClient(ClientOptions options) {
    this.options = Objects.requireNonNull(options, "options");
  }

  /** What the client was made with. */
  public ClientOptions options() {
    return options;
  }

  /**
   * Predicts sounds of any form: encodes them without loss, splits them by the endpoint's limits,
   * sends within a bound side by side, repeats calls and single sounds that may be repeated.
   *
   * @throws PredictException when a call fails for good
   * @throws java.io.UncheckedIOException when a file cannot be read
   */
  public SoundAnswer predictSounds(Algorithm algorithm, List<? extends Sound> sounds) {
    try (Scope scope = new Scope(options.deadline)) {
      return predictSounds(algorithm, sounds, scope);
    }
  }

  /**
   * As {@link #predictSounds(Algorithm, List)}, on a thread of its own; cancelling the future ends
   * it.
   */
  public CompletableFuture<SoundAnswer> predictSoundsAsync(
      Algorithm algorithm, List<? extends Sound> sounds) {
    return async(scope -> predictSounds(algorithm, sounds, scope));
  }

  /**
   * Sends a request in one call, which is repeated when it may be.
   *
   * @throws PredictException when the call fails for good
   */
  public <Q, A> A predict(Algorithm algorithm, Core<Q, A> core, Q request) {
    try (Scope scope = new Scope(options.deadline)) {
      return predict(algorithm, core, request, scope);
    }
  }

  /**
   * As {@link #predict(Algorithm, Core, Object)}, on a thread of its own; cancelling the future
   * ends it.
   */
  public <Q, A> CompletableFuture<A> predictAsync(Algorithm algorithm, Core<Q, A> core, Q request) {
    return async(scope -> predict(algorithm, core, request, scope));
  }

  private <Q, A> A predict(Algorithm algorithm, Core<Q, A> core, Q request, Scope scope) {
    EndpointCalls calls = calls(algorithm);
    byte[] body = core.write().apply(request);
    int instances = core.instances().applyAsInt(request);
    List<A> answers = new ArrayList<>(1);
    // On another thread, so that a caller that is interrupted need not wait for a socket.
    Parallel.run(
        scope,
        List.of(body),
        1,
        sent ->
            answers.add(
                options.retry.run(scope, () -> calls.predict(sent, instances, core, scope))));
    return answers.get(0);
  }

  private SoundAnswer predictSounds(
      Algorithm algorithm, List<? extends Sound> sounds, Scope scope) {
    List<Piece> pieces = new ArrayList<>(sounds.size());
    for (Sound sound : sounds) pieces.add(Piece.of(algorithm, sound, pieces.size()));
    if (pieces.isEmpty()) return new SoundAnswer(List.of(), null);
    EndpointCalls calls = calls(algorithm);
    Limits limits = limits(calls, scope);
    return new SoundRun(options, calls, SoundCore.of(algorithm), limits, scope, pieces.size())
        .run(pieces);
  }

  private EndpointCalls calls(Algorithm algorithm) {
    String endpoint = options.endpoint == null ? algorithm.name() : options.endpoint;
    return new EndpointCalls(options, endpoint);
  }

  /** Given ones, else those of the endpoint. */
  private Limits limits(EndpointCalls calls, Scope scope) {
    Integer instances = options.maxInstances;
    Long bytes = options.maxBodyBytes;
    if (instances != null && bytes != null) return new Limits(instances, bytes);
    List<Limits> known = new ArrayList<>(1);
    Parallel.run(scope, List.of(calls), 1, asked -> known.add(asked.limits(scope)));
    return new Limits(
        instances == null ? known.get(0).maxInstances() : instances,
        bytes == null ? known.get(0).maxBodyBytes() : bytes);
  }

  private <T> CompletableFuture<T> async(Function<Scope, T> work) {
    Scope scope = new Scope(options.deadline);
    CompletableFuture<T> result =
        CompletableFuture.supplyAsync(
            () -> {
              try (scope) {
                return work.apply(scope);
              }
            },
            Parallel.THREADS);
    result.whenComplete(
        (answer, failure) -> {
          if (result.isCancelled()) scope.close();
        });
    return result;
  }
}
