// Owns the conformance driver of the Java client (clients/README.md): a case a line in, a result a
// line out. Uses the built package as
// a user would; only the names of the contract's types come with the case.

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.Callable;
import predictschemata.Algorithm;
import predictschemata.Algorithms;
import predictschemata.ClientOptions;
import predictschemata.PredictClient;
import predictschemata.PredictException;
import predictschemata.Sound;
import predictschemata.SoundAnswer;
import predictschemata.SoundPrediction;
import predictschemata.Target;
import predictschemata.TokenProvider;
import predictschemata.generated.hear.model.HearInputArray;
import predictschemata.generated.hear.model.HearInstance;
import predictschemata.generated.hear.model.HearPrediction;
import predictschemata.generated.hear.model.PredictRequest;

final class Driver {
  private static final Gson JSON = new GsonBuilder().serializeNulls().create();

  public static void main(String[] arguments) throws IOException {
    PrintStream results = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BufferedReader cases =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = cases.readLine(); line != null; line = cases.readLine()) {
      JsonObject given = JsonParser.parseString(line).getAsJsonObject();
      JsonObject result = new JsonObject();
      result.add("case", given.get("case"));
      try {
        JsonObject answer = cancelledAfter(given.get("cancel_after_ms"), () -> run(given));
        result.addProperty("ok", true);
        answer.entrySet().forEach(entry -> result.add(entry.getKey(), entry.getValue()));
      } catch (Exception error) {
        result.addProperty("ok", false);
        result.add("error", shownError(error));
      }
      results.println(JSON.toJson(result));
    }
  }

  /** Interrupts this thread when the time has come. */
  private static <T> T cancelledAfter(JsonElement ms, Callable<T> work) throws Exception {
    if (ms == null) return work.call();
    Thread caller = Thread.currentThread();
    Timer timer = new Timer(true);
    timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            caller.interrupt();
          }
        },
        ms.getAsLong());
    try {
      return work.call();
    } finally {
      timer.cancel();
      Thread.interrupted();
    }
  }

  private static JsonObject run(JsonObject given) throws Exception {
    PredictClient client = new PredictClient(options(given));
    Algorithm algorithm = Algorithms.named(given.get("algorithm").getAsString());
    if (given.get("call").getAsString().equals("plain")) return runPlain(client, given);
    if (given.get("call").getAsString().equals("instances")) {
      return shownInstances(algorithm, predictInstances(client, algorithm, given));
    }
    List<Sound> sounds = new ArrayList<>();
    for (JsonElement sound : given.getAsJsonArray("sounds"))
      sounds.add(sound(sound.getAsJsonObject()));
    long startedAtNanos = System.nanoTime();
    SoundAnswer answer = client.predictSounds(algorithm, sounds);
    long elapsedNanos = System.nanoTime() - startedAtNanos;
    return timed(shownSounds(answer), elapsedNanos);
  }

  /** As a caller of the generated types writes it who has no helper. */
  private static JsonObject runPlain(PredictClient client, JsonObject given) throws IOException {
    List<float[]> arrays = new ArrayList<>();
    for (JsonElement sound : given.getAsJsonArray("sounds"))
      arrays.add(floats(sound.getAsJsonObject()));
    int most = given.getAsJsonObject("options").get("max_instances").getAsInt();
    List<HearPrediction> predictions = new ArrayList<>();
    long startedAtNanos = System.nanoTime();
    for (int at = 0; at < arrays.size(); at += most) {
      PredictRequest request = new PredictRequest();
      for (float[] samples : arrays.subList(at, Math.min(at + most, arrays.size()))) {
        List<Float> numbers = new ArrayList<>(samples.length);
        for (float sample : samples) numbers.add(sample);
        request.addInstancesItem(new HearInstance(new HearInputArray().inputArray(numbers)));
      }
      predictions.addAll(client.predictHear(request).getPredictions());
    }
    long elapsedNanos = System.nanoTime() - startedAtNanos;
    JsonArray shown = new JsonArray();
    for (HearPrediction prediction : predictions) {
      List<Float> embedding = prediction.getHearEmbedding().getEmbedding();
      float[] numbers = new float[embedding.size()];
      for (int index = 0; index < numbers.length; index++) numbers[index] = embedding.get(index);
      shown.add(values(numbers));
    }
    return timed(shownAnswer(shown, null), elapsedNanos);
  }

  private static JsonObject timed(JsonObject answer, long elapsedNanos) {
    answer.addProperty("elapsed_ms", elapsedNanos / 1e6);
    return answer;
  }

  /** The samples as the contract's numbers. */
  private static float[] floats(JsonObject given) throws IOException {
    ByteBuffer raw = raw(given, given.has("int16") ? "int16" : "float32");
    if (given.has("int16")) {
      float[] samples = new float[raw.remaining() / Short.BYTES];
      for (int index = 0; index < samples.length; index++) samples[index] = raw.getShort() / 32768f;
      return samples;
    }
    float[] samples = new float[raw.remaining() / Float.BYTES];
    raw.asFloatBuffer().get(samples);
    return samples;
  }

  private static ClientOptions options(JsonObject given) {
    JsonObject endpoint = given.getAsJsonObject("endpoint");
    JsonObject options = given.getAsJsonObject("options");
    ClientOptions all =
        ClientOptions.to(Target.server(endpoint.get("base_url").getAsString()))
            .endpoint(
                endpoint.get("project").getAsString(),
                endpoint.get("location").getAsString(),
                endpoint.get("endpoint").getAsString())
            .maxAttempts(options.get("max_attempts").getAsInt())
            .backoff(duration(options, "initial_backoff_ms"), duration(options, "max_backoff_ms"))
            .deadline(duration(options, "deadline_ms"))
            .maxParallelCalls(options.get("max_parallel_calls").getAsInt());
    if (options.has("max_instances"))
      all = all.maxInstances(options.get("max_instances").getAsInt());
    if (options.has("max_body_bytes"))
      all = all.maxBodyBytes(options.get("max_body_bytes").getAsLong());
    for (var header : given.getAsJsonObject("headers").entrySet()) {
      all = all.header(header.getKey(), header.getValue().getAsString());
    }
    List<String> tokens = new ArrayList<>();
    given.getAsJsonArray("tokens").forEach(token -> tokens.add(token.getAsString()));
    if (tokens.isEmpty()) return all;
    return tokens.size() == 1 ? all.token(tokens.get(0)) : all.token(provider(tokens));
  }

  private static Duration duration(JsonObject options, String name) {
    return Duration.ofMillis(options.get(name).getAsLong());
  }

  /** The next one of a list each time that one is refused. */
  private static TokenProvider provider(List<String> tokens) {
    return new TokenProvider() {
      private int at = 0;

      @Override
      public synchronized String token(String refused) {
        if (tokens.get(at).equals(refused)) at = Math.min(at + 1, tokens.size() - 1);
        return tokens.get(at);
      }
    };
  }

  private static Sound sound(JsonObject given) throws IOException {
    if (given.has("file")) return Sound.file(Path.of(given.get("file").getAsString()));
    if (given.has("uri")) {
      String uri = given.get("uri").getAsString();
      return given.has("token") ? Sound.at(uri, given.get("token").getAsString()) : Sound.at(uri);
    }
    Integer rate = given.has("sample_rate_hz") ? given.get("sample_rate_hz").getAsInt() : null;
    if (given.has("int16")) {
      ByteBuffer raw = raw(given, "int16");
      short[] samples = new short[raw.remaining() / Short.BYTES];
      raw.asShortBuffer().get(samples);
      return rate == null ? Sound.samples(samples) : Sound.samples(samples, rate);
    }
    if (given.has("float32")) {
      ByteBuffer raw = raw(given, "float32");
      float[] samples = new float[raw.remaining() / Float.BYTES];
      raw.asFloatBuffer().get(samples);
      return rate == null ? Sound.samples(samples) : Sound.samples(samples, rate);
    }
    ByteBuffer raw = raw(given, "float64");
    double[] samples = new double[raw.remaining() / Double.BYTES];
    raw.asDoubleBuffer().get(samples);
    return rate == null ? Sound.samples(samples) : Sound.samples(samples, rate);
  }

  private static ByteBuffer raw(JsonObject given, String kind) throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of(given.get(kind).getAsString()));
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The typed request of the algorithm's own package, sent by the client's method for it. */
  private static JsonObject predictInstances(
      PredictClient client, Algorithm algorithm, JsonObject given) throws Exception {
    StringBuilder pascal = new StringBuilder();
    for (String word : algorithm.name().split("-")) {
      pascal.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
    }
    String models = "predictschemata.generated." + algorithm.name().replace("-", "") + ".model.";
    Class<?> type = Class.forName(models + "PredictRequest");
    JsonObject body = new JsonObject();
    body.add("instances", given.get("instances"));
    try {
      Object request = type.getMethod("fromJson", String.class).invoke(null, body.toString());
      Object response =
          client.getClass().getMethod("predict" + pascal, type).invoke(client, request);
      Object json = response.getClass().getMethod("toJson").invoke(response);
      return JsonParser.parseString((String) json).getAsJsonObject();
    } catch (InvocationTargetException failure) {
      if (failure.getCause() instanceof Exception cause) throw cause;
      throw failure;
    }
  }

  private static JsonObject shownInstances(Algorithm algorithm, JsonObject response) {
    JsonArray shown = new JsonArray();
    for (JsonElement prediction : response.getAsJsonArray("predictions")) {
      JsonElement result = prediction.getAsJsonObject().get(algorithm.resultField());
      if (result == null) {
        shown.add(prediction);
        continue;
      }
      List<JsonElement> numbers = new ArrayList<>();
      if (result.isJsonArray()) result.getAsJsonArray().forEach(numbers::add);
      else
        for (String name : algorithm.resultNames()) numbers.add(result.getAsJsonObject().get(name));
      float[] values = new float[numbers.size()];
      for (int index = 0; index < values.length; index++)
        values[index] = numbers.get(index).getAsFloat();
      shown.add(values(values));
    }
    return shownAnswer(shown, response.get("modelDisplayName").getAsString());
  }

  private static JsonObject shownSounds(SoundAnswer answer) {
    JsonArray shown = new JsonArray();
    for (SoundPrediction prediction : answer.predictions()) {
      if (prediction instanceof SoundPrediction.Values values) shown.add(values(values.numbers()));
      if (prediction instanceof SoundPrediction.Failure failure) {
        JsonObject error = new JsonObject();
        error.addProperty("reason", failure.reason());
        error.addProperty("description", failure.description());
        JsonObject outcome = new JsonObject();
        outcome.add("error", error);
        shown.add(outcome);
      }
    }
    return shownAnswer(shown, answer.modelDisplayName());
  }

  private static JsonObject shownAnswer(JsonArray predictions, String modelDisplayName) {
    JsonObject answer = new JsonObject();
    answer.add("predictions", predictions);
    answer.addProperty("model_display_name", modelDisplayName);
    return answer;
  }

  private static JsonObject values(float[] numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    JsonObject shown = new JsonObject();
    shown.addProperty("values", Base64.getEncoder().encodeToString(bytes.array()));
    return shown;
  }

  private static JsonObject shownError(Exception error) {
    JsonObject shown = new JsonObject();
    shown.addProperty("message", String.valueOf(error.getMessage()));
    if (error instanceof PredictException failure) {
      // InvalidRequest → invalid_request.
      String kind =
          failure.getClass().getSimpleName().replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase();
      shown.addProperty("kind", kind);
      shown.add("status", JsonNull.INSTANCE);
      failure.status().ifPresent(status -> shown.addProperty("status", status));
      shown.addProperty("reason", failure.reason().orElse(null));
      shown.addProperty("request_id", failure.requestId().orElse(null));
    } else {
      shown.addProperty("kind", "unexpected");
      for (String name : List.of("status", "reason", "request_id"))
        shown.add(name, JsonNull.INSTANCE);
    }
    return shown;
  }
}
