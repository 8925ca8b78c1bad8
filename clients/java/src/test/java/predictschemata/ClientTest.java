// Owns the proof of the parts that no case of the driver can see: targets, tokens, options, answers
// with named numbers.
package predictschemata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import predictschemata.generated.hear.model.HearGcsUri;
import predictschemata.generated.hear.model.HearInstance;
import predictschemata.generated.hear.model.PredictRequest;

final class ClientTest {
  @Test
  void targetsAreWhereServersAndVertexAiListen() {
    assertEquals("http://host:1", Target.server("http://host:1//").baseUrl());
    assertEquals(
        "https://us-central1-aiplatform.googleapis.com",
        Target.vertexShared("us-central1").baseUrl());
    assertEquals(
        "https://12.us-central1-34.prediction.vertexai.goog",
        Target.vertexDedicated("12", "us-central1", "34").baseUrl());
  }

  @Test
  void tokenOfACommandIsKeptUntilItIsRefused() {
    TokenProvider tokens = TokenProvider.ofCommand(List.of("date", "+%N"));
    String first = tokens.token(null);
    assertTrue(first.matches("\\d+"));
    assertEquals(first, tokens.token(null));
    assertEquals(first, tokens.token("another"));
    assertNotEquals(first, tokens.token(first));
  }

  @Test
  void commandThatPrintsNoTokenSaysSo() {
    TokenProvider tokens = TokenProvider.ofCommand(List.of("false"));
    var error = assertThrows(IllegalStateException.class, () -> tokens.token(null));
    assertTrue(error.getMessage().contains("false, which ended with 1"), error.getMessage());
  }

  @Test
  void generatedTypesShowNoToken() {
    HearGcsUri file = new HearGcsUri().gcsUri("gs://b/c.wav").bearerToken("secret");
    HearGcsUri open = new HearGcsUri().gcsUri("gs://b/d.wav");
    PredictRequest request =
        new PredictRequest().instances(List.of(new HearInstance(file), new HearInstance(open)));
    String shown = request.toString();
    assertTrue(shown.contains("gs://b/c.wav") && shown.contains("bearerToken: ***"), shown);
    assertTrue(shown.contains("bearerToken: null"), shown);
    assertFalse(shown.contains("secret"), shown);
  }

  @Test
  void optionsAreCopies() {
    ClientOptions options = ClientOptions.to(Target.server());
    assertEquals(1, options.maxAttempts(1).retry.maxAttempts());
    assertEquals(4, options.retry.maxAttempts());
    assertThrows(IllegalArgumentException.class, () -> options.maxParallelCalls(0));
    assertThrows(IllegalArgumentException.class, () -> options.deadline(Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> options.maxBodyBytes(0));
  }

  @Test
  void fileThatIsNotThereIsToldBeforeAnythingIsSent() {
    PredictClient client = new PredictClient(ClientOptions.to(Target.server("http://127.0.0.1:1")));
    List<Sound> sounds = List.of(Sound.file(Path.of("nothing.wav")));
    var error =
        assertThrows(
            UncheckedIOException.class,
            () -> client.predictSounds(Algorithms.all().get(0), sounds));
    assertInstanceOf(NoSuchFileException.class, error.getCause());
  }

  @Test
  void namedNumbersStandInTheContractsOrder() throws Exception {
    Algorithm algorithm = new Algorithm("x", 16000, "f", null, null, "scores", List.of("a", "b"));
    String json =
        "{\"new\":[1],\"predictions\":[{\"scores\":{\"b\":0.1,\"new\":2,\"a\":1}},"
            + "{\"error\":{\"reason\":\"R\",\"description\":\"d\",\"new\":{}}}],\"modelDisplayName\":\"m\"}";
    SoundAnswer answer = SoundCore.of(algorithm).read().read(json.getBytes(StandardCharsets.UTF_8));
    var values = assertInstanceOf(SoundPrediction.Values.class, answer.predictions().get(0));
    assertEquals(0.1f, values.number("b"));
    assertEquals(1f, values.numbers()[0]);
    assertThrows(IllegalArgumentException.class, () -> values.number("c"));
    assertEquals(new SoundPrediction.Failure("R", "d"), answer.predictions().get(1));
    assertEquals("m", answer.modelDisplayName());
  }
}
