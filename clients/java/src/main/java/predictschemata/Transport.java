// Owns the HTTP client below all calls.
package predictschemata;

import java.time.Duration;
import okhttp3.OkHttpClient;

final class Transport {
  /** One pool of connections for all clients that bring none of their own. */
  static final OkHttpClient SHARED =
      within(new OkHttpClient.Builder().connectTimeout(Duration.ofSeconds(10)).build());

  private Transport() {}

  /**
   * Only the deadline ends reading and writing: a large batch may keep a connection silent for
   * long.
   */
  static OkHttpClient within(OkHttpClient client) {
    return client.newBuilder().readTimeout(Duration.ZERO).writeTimeout(Duration.ZERO).build();
  }
}
