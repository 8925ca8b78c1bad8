// Owns the proof of how often an endpoint is asked for its limits.
package predictschemata;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class LimitsTest {
  private static final String ONE_FAILURE =
      "{\"predictions\":[{\"error\":{\"reason\":\"R\",\"description\":\"d\"}}]}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | {\"labels\":{\"max_instances\":\"1\",\"max_body_bytes\":\"9000\"}} | 1",
        "200 | {\"labels\":{\"team\":\"sound\"}} | 1",
        "200 | {\"labels\":{\"max_instances\":\"0\",\"max_body_bytes\":\"9000\"}} | 1",
        "200 | {} | 1",
        "200 | <html> | 1",
        "403 | {} | 1",
        "405 | {} | 1",
        "404 | {} | 3",
        "429 | {} | 3",
        "500 | {} | 3"
      })
  void whatAnEndpointSaysOfThemIsAskedOnce(int status, String labels, int wantDescribed)
      throws Exception {
    AtomicInteger described = new AtomicInteger();
    AtomicInteger predicted = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          boolean describes = exchange.getRequestMethod().equals("GET");
          (describes ? described : predicted).incrementAndGet();
          byte[] body = (describes ? labels : ONE_FAILURE).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(describes ? status : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      Target target = Target.server("http://127.0.0.1:" + server.getAddress().getPort());
      PredictClient client = new PredictClient(ClientOptions.to(target));
      List<Sound> sounds = List.of(Sound.wav(new byte[1]));
      Algorithm algorithm = Algorithms.all().get(0);
      client.predictSounds(algorithm, sounds);
      client.predictSounds(algorithm, sounds);
      // For one call with options of its own.
      client
          .with(options -> options.deadline(Duration.ofSeconds(50)))
          .predictSounds(algorithm, sounds);
    } finally {
      server.stop(0);
    }
    assertEquals(wantDescribed, described.get());
    assertEquals(3, predicted.get());
  }
}
