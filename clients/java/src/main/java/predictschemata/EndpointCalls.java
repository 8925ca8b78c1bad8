// Owns one call of one endpoint: token, headers, HTTP, and every way to fail as a PredictException.
// Must not know about repeats.
package predictschemata;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
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

  /** Those in the endpoint's labels, which is asked once, else those that the target has. */
  Limits limits(Scope scope) {
    Optional<Limits> stated = options.stated.get(describe);
    if (stated == null) {
      try {
        stated = Optional.of(described(scope));
        options.stated.put(describe, stated);
      } catch (PredictException error) {
        scope.throwIfOver(error);
        stated = Optional.empty();
        if (statesNoLimits(error)) options.stated.put(describe, stated);
      }
    }
    return stated.orElse(options.target.limits());
  }

  /**
   * Answers that will be the same next time: a token may be for predictions alone, and Vertex AI's
   * endpoints carry no such labels. An endpoint that is not found may come to be, with limits that
   * are lower than the target's.
   */
  private static boolean statesNoLimits(PredictException error) {
    return error instanceof PredictException.Permission
        || error instanceof PredictException.InvalidRequest
        || error instanceof PredictException.InvalidAnswer;
  }

  private Limits described(Scope scope) {
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
    String first = options.token.token(null, scope);
    try {
      return once(request, first, scope, reader);
    } catch (PredictException.Authentication error) {
      String fresh = options.token.token(first, scope);
      if (first.equals(fresh)) throw error;
      return once(request, fresh, scope, reader);
    }
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
