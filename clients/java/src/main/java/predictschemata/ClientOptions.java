// Owns what a caller may choose, with the defaults.
package predictschemata;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/** The options of a client. Immutable: each method gives a changed copy. */
public final class ClientOptions implements Cloneable {
  private static final ClientOptions DEFAULTS = new ClientOptions();

  Target target = Target.server();
  String project = "demo";
  String location = "us-central1";

  /** Null for the algorithm's name. */
  String endpoint;

  /** Null for calls without a token. */
  TokenGate token;

  Map<String, String> headers = Map.of();
  OkHttpClient httpClient = Transport.SHARED;
  Retry retry = new Retry(4, Duration.ofMillis(250), Duration.ofSeconds(8));
  Duration deadline = Duration.ofSeconds(60);
  int maxParallelCalls = 4;

  /** Null for what the endpoint states. */
  Integer maxInstances;

  /** Null for what the endpoint states. */
  Long maxBodyBytes;

  /**
   * The limits in endpoints' labels, empty for one that states none; copies share it, so that a
   * changed client need not ask.
   */
  Map<HttpUrl, Optional<Limits>> stated;

  private ClientOptions() {}

  /** The defaults, for a server, a shared or a dedicated endpoint. */
  public static ClientOptions to(Target target) {
    Objects.requireNonNull(target, "target");
    ClientOptions copy = DEFAULTS.copy();
    copy.target = target;
    copy.stated = new ConcurrentHashMap<>();
    return copy;
  }

  /**
   * The endpoint below the target; {@code demo}, {@code us-central1} and the algorithm's name by
   * default.
   */
  public ClientOptions endpoint(String project, String location, String endpoint) {
    ClientOptions copy = copy();
    copy.project = Objects.requireNonNull(project, "project");
    copy.location = Objects.requireNonNull(location, "location");
    copy.endpoint = Objects.requireNonNull(endpoint, "endpoint");
    return copy;
  }

  /** A bearer token for every call. */
  public ClientOptions token(String token) {
    Objects.requireNonNull(token, "token");
    return token(refused -> token);
  }

  /**
   * Asked for a token before each call, and once more after a 401; one question at a time, whose
   * answer the calls that wait meanwhile take.
   */
  public ClientOptions token(TokenProvider provider) {
    ClientOptions copy = copy();
    copy.token = new TokenGate(provider);
    return copy;
  }

  /**
   * Takes over what clients with other options learned: the limits that endpoints stated, and, with
   * the same provider, its turns. For options that are made anew; those that are changed keep it.
   */
  public ClientOptions knowing(ClientOptions others) {
    ClientOptions copy = copy();
    copy.stated = others.stated;
    boolean sameProvider =
        token != null && others.token != null && token.provider == others.token.provider;
    if (sameProvider) copy.token = others.token;
    return copy;
  }

  /** Sent with every request. */
  public ClientOptions header(String name, String value) {
    ClientOptions copy = copy();
    copy.headers = new LinkedHashMap<>(headers);
    copy.headers.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
    return copy;
  }

  /**
   * A client with your proxy, certificates or pool; its timeouts of reading and writing give way to
   * the deadline.
   */
  public ClientOptions httpClient(OkHttpClient client) {
    ClientOptions copy = copy();
    copy.httpClient = Transport.within(client);
    return copy;
  }

  /** Of each call, the first one counts; 4 by default. */
  public ClientOptions maxAttempts(int attempts) {
    ClientOptions copy = copy();
    copy.retry =
        new Retry(atLeastOne("maxAttempts", attempts), retry.initialBackoff(), retry.maxBackoff());
    return copy;
  }

  /**
   * The wait before the first repeat, which doubles with each, and its bound; 250 ms and 8 s by
   * default.
   */
  public ClientOptions backoff(Duration initial, Duration max) {
    ClientOptions copy = copy();
    copy.retry = new Retry(retry.maxAttempts(), positive("initial", initial), positive("max", max));
    return copy;
  }

  /** Ends the whole call, repeats included; 60 s by default. */
  public ClientOptions deadline(Duration deadline) {
    ClientOptions copy = copy();
    copy.deadline = positive("deadline", deadline);
    return copy;
  }

  /** Calls under way at once; 4 by default. */
  public ClientOptions maxParallelCalls(int calls) {
    ClientOptions copy = copy();
    copy.maxParallelCalls = atLeastOne("maxParallelCalls", calls);
    return copy;
  }

  /** Most instances in a call, by default what the endpoint's labels say. */
  public ClientOptions maxInstances(int instances) {
    ClientOptions copy = copy();
    copy.maxInstances = atLeastOne("maxInstances", instances);
    return copy;
  }

  /** Most bytes in a call's body, by default what the endpoint's labels say. */
  public ClientOptions maxBodyBytes(long bytes) {
    ClientOptions copy = copy();
    copy.maxBodyBytes = new Limits(1, bytes).maxBodyBytes();
    return copy;
  }

  private ClientOptions copy() {
    try {
      return (ClientOptions) clone();
    } catch (CloneNotSupportedException impossible) {
      throw new AssertionError("This is a bug: options cannot be copied.", impossible);
    }
  }

  private static int atLeastOne(String name, int value) {
    if (value >= 1) return value;
    throw new IllegalArgumentException("Expected " + name + " of at least 1, got " + value + ".");
  }

  private static Duration positive(String name, Duration value) {
    if (!value.isNegative() && !value.isZero()) return value;
    throw new IllegalArgumentException("Expected a positive " + name + ", got " + value + ".");
  }
}
