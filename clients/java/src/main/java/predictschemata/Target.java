// Owns where endpoints are: base URLs of a local server and of Vertex AI, with the limits that each
// is known to have.
package predictschemata;

import java.util.Objects;

/**
 * A base URL, and the limits to keep where the endpoint does not state its own.
 *
 * @param baseUrl without a slash at its end
 * @param limits for endpoints without labels
 */
public record Target(String baseUrl, Limits limits) {
  /** A server of this project started without limits of its own takes 64 instances and 10 MB. */
  private static final Limits SERVER = new Limits(64, 10_000_000);

  /**
   * https://cloud.google.com/vertex-ai/docs/predictions/choose-endpoint-type: 1.5 MB on shared
   * endpoints, 10 MB on dedicated ones.
   */
  private static final Limits VERTEX_SHARED = new Limits(64, 1_500_000);

  /** Both are needed. */
  public Target {
    Objects.requireNonNull(baseUrl, "baseUrl");
    Objects.requireNonNull(limits, "limits");
  }

  /** The server that {@code npm start} runs. */
  public static Target server() {
    return server("http://127.0.0.1:8080");
  }

  /** A server of your own. */
  public static Target server(String baseUrl) {
    return new Target(baseUrl.replaceFirst("/+$", ""), SERVER);
  }

  /**
   * A shared public endpoint of Vertex AI.
   *
   * @param location for example {@code us-central1}
   */
  public static Target vertexShared(String location) {
    return new Target("https://" + location + "-aiplatform.googleapis.com", VERTEX_SHARED);
  }

  /** A dedicated endpoint of Vertex AI, which has a host of its own. */
  public static Target vertexDedicated(String endpoint, String location, String projectNumber) {
    String host = endpoint + "." + location + "-" + projectNumber + ".prediction.vertexai.goog";
    return new Target("https://" + host, SERVER);
  }
}
