// Owns one call of one endpoint: token, headers, HTTP, and every way to fail as a PredictException.
// Must not know about repeats.
package predictschemata;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import predictschemata.PredictException.Facts;

final class EndpointCalls {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final String USER_AGENT = "predict-schemata-java/" + Algorithms.VERSION;

  private final ClientOptions options;
  private final HttpUrl describe;
  private final HttpUrl predict;

  /**
   * @throws IllegalArgumentException when the target is no URL
   */
  EndpointCalls(ClientOptions options, String endpoint) {
    this.options = options;
    HttpUrl.Builder path =
        HttpUrl.get(options.target.baseUrl()).newBuilder().addPathSegments("v1/projects");
    path.addPathSegment(options.project)
        .addPathSegment("locations")
        .addPathSegment(options.location);
    path.addPathSegment("endpoints");
    this.describe = path.build().newBuilder().addPathSegment(endpoint).build();
    this.predict = path.build().newBuilder().addPathSegment(endpoint + ":predict").build();
  }

  /** Sends a body that holds so many instances. */
  <A> A predict(byte[] body, int instances, Core<?, A> core, Scope scope) {
    Request request = new Request.Builder().url(predict).post(sentOnce(body)).build();
    return answered(
        request,
        scope,
        (json, facts) -> {
          A answer = core.read().read(json);
          int count = core.predictions().applyAsInt(answer);
          if (count == instances) return answer;
          throw new PredictException.InvalidAnswer(
              "Expected a prediction for each of " + instances + " instances, got " + count + ".",
              facts,
              null);
        });
  }

  /** The limits in the endpoint's labels. */
  Limits limits(Scope scope) {
    return answered(
        new Request.Builder().url(describe).build(),
        scope,
        (json, facts) -> {
          String text = new String(json, StandardCharsets.UTF_8);
          JsonObject labels =
              JsonParser.parseString(text).getAsJsonObject().getAsJsonObject("labels");
          return new Limits(
              labels.get("max_instances").getAsInt(), labels.get("max_body_bytes").getAsLong());
        });
  }

  /** Reads a success; may throw anything for one that does not keep the contract. */
  private interface Reader<T> {
    T read(byte[] json, Facts facts) throws Exception;
  }

  private <T> T answered(Request request, Scope scope, Reader<T> reader) {
    if (options.token == null) return once(request, null, scope, reader);
    String first = token(null);
    try {
      return once(request, first, scope, reader);
    } catch (PredictException.Authentication error) {
      String fresh = token(first);
      if (first.equals(fresh)) throw error;
      return once(request, fresh, scope, reader);
    }
  }

  private String token(String refused) {
    return Objects.requireNonNull(
        options.token.token(refused), "Expected a token of the provider, got null.");
  }

  private <T> T once(Request request, String token, Scope scope, Reader<T> reader) {
    Request.Builder headed = request.newBuilder().header("User-Agent", USER_AGENT);
    options.headers.forEach(headed::header);
    if (token != null) headed.header("Authorization", "Bearer " + token);
    try {
      return scope.during(
          options.httpClient.newCall(headed.build()), response -> read(response, reader));
    } catch (IOException cause) {
      scope.throwIfOver(cause);
      throw new PredictException.Connection(
          "No whole answer came from the server.", Facts.NONE, cause);
    }
  }

  private static <T> T read(Response response, Reader<T> reader) throws IOException {
    String requestId = response.header("X-Request-Id");
    if (!response.isSuccessful()) {
      String body = response.body().string();
      throw ErrorAnswer.of(response.code(), requestId, response.header("Retry-After"), body);
    }
    // Whole before it is read, so that a cut answer is told apart from one that is no JSON.
    byte[] json = response.body().bytes();
    Facts facts = new Facts(response.code(), null, requestId, 0);
    try {
      return reader.read(json, facts);
    } catch (PredictException error) {
      throw error;
    } catch (Exception cause) {
      throw new PredictException.InvalidAnswer(
          "The answer does not keep the contract.", facts, cause);
    }
  }

  /** A body that is sent again by the caller's rules alone, not silently by the HTTP client. */
  private static RequestBody sentOnce(byte[] body) {
    return new RequestBody() {
      @Override
      public MediaType contentType() {
        return JSON;
      }

      @Override
      public long contentLength() {
        return body.length;
      }

      @Override
      public boolean isOneShot() {
        return true;
      }

      @Override
      public void writeTo(BufferedSink sink) throws IOException {
        sink.write(body);
      }
    };
  }
}
