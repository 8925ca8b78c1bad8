// Owns the JSON of sounds: bodies from pieces, and predictions whose numbers go from text to floats
// without a box. Must not know calls.
package predictschemata;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import okio.Buffer;

final class SoundCore {
  private SoundCore() {}

  static Core<List<Piece>, SoundAnswer> of(Algorithm algorithm) {
    return new Core<>(
        SoundCore::body,
        List::size,
        json -> read(json, algorithm),
        answer -> answer.predictions().size());
  }

  private static byte[] body(List<Piece> pieces) {
    Buffer body = new Buffer().writeUtf8("{\"instances\":[");
    try {
      for (int index = 0; index < pieces.size(); index++) {
        if (index > 0) body.writeByte(',');
        pieces.get(index).json().writeTo(body);
      }
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
    return body.writeUtf8("]}").readByteArray();
  }

  private static SoundAnswer read(byte[] json, Algorithm algorithm) throws IOException {
    List<SoundPrediction> predictions = new ArrayList<>();
    String modelDisplayName = null;
    try (JsonReader reader =
        new JsonReader(
            new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8))) {
      reader.beginObject();
      while (reader.hasNext()) {
        switch (reader.nextName()) {
          case "predictions" -> {
            reader.beginArray();
            while (reader.hasNext()) predictions.add(prediction(reader, algorithm));
            reader.endArray();
          }
          case "modelDisplayName" -> modelDisplayName = reader.nextString();
          default -> reader.skipValue();
        }
      }
      reader.endObject();
    }
    return new SoundAnswer(predictions, modelDisplayName);
  }

  private static SoundPrediction prediction(JsonReader reader, Algorithm algorithm)
      throws IOException {
    SoundPrediction found = null;
    reader.beginObject();
    while (reader.hasNext()) {
      String name = reader.nextName();
      if (name.equals("error")) found = failure(reader);
      else if (name.equals(algorithm.resultField())) {
        float[] numbers =
            reader.peek() == JsonToken.BEGIN_ARRAY
                ? list(reader)
                : named(reader, algorithm.resultNames());
        found = new SoundPrediction.Values(numbers, algorithm.resultNames());
      } else reader.skipValue();
    }
    reader.endObject();
    if (found == null) throw new IOException("A prediction has neither a result nor an error.");
    return found;
  }

  private static SoundPrediction.Failure failure(JsonReader reader) throws IOException {
    String reason = null;
    String description = null;
    reader.beginObject();
    while (reader.hasNext()) {
      switch (reader.nextName()) {
        case "reason" -> reason = reader.nextString();
        case "description" -> description = reader.nextString();
        default -> reader.skipValue();
      }
    }
    reader.endObject();
    return new SoundPrediction.Failure(reason, description);
  }

  private static float[] list(JsonReader reader) throws IOException {
    float[] numbers = new float[512];
    int count = 0;
    reader.beginArray();
    while (reader.hasNext()) {
      if (count == numbers.length) numbers = Arrays.copyOf(numbers, count * 2);
      numbers[count++] = Float.parseFloat(reader.nextString());
    }
    reader.endArray();
    return count == numbers.length ? numbers : Arrays.copyOf(numbers, count);
  }

  private static float[] named(JsonReader reader, List<String> names) throws IOException {
    float[] numbers = new float[names.size()];
    Arrays.fill(numbers, Float.NaN);
    reader.beginObject();
    while (reader.hasNext()) {
      int index = names.indexOf(reader.nextName());
      if (index < 0) reader.skipValue();
      else numbers[index] = Float.parseFloat(reader.nextString());
    }
    reader.endObject();
    return numbers;
  }
}
