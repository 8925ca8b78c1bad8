// Owns one sound as an instance of the contract in JSON, made when it is sent. Must not know calls.
package predictschemata;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import okio.Buffer;

/**
 * @param index its place among all sounds
 * @param length of its JSON text in UTF-8
 */
record Piece(int index, long length, Json json) {
  /** Writes the text. */
  interface Json {
    void writeTo(Buffer body) throws IOException;
  }

  /** {@code {"":""}}, what stands around a field's name and its base64. */
  private static final int FILE_BRACES = 7;

  /**
   * @throws UncheckedIOException when a file is not there
   * @throws IllegalArgumentException for an address where the algorithm takes none
   */
  static Piece of(Algorithm algorithm, Sound sound, int index) {
    if (sound.wave == null) return ofAddress(algorithm, sound, index);
    String field = algorithm.fileField();
    try {
      // Base64 and field names are ASCII, so that characters are bytes: 4 for each 3.
      long length = (sound.wave.length() + 2) / 3 * 4 + field.length() + FILE_BRACES;
      return new Piece(
          index,
          length,
          body -> {
            byte[] base64 = Base64.getEncoder().encode(sound.wave.read(algorithm.sampleRateHz()));
            body.writeUtf8("{\"" + field + "\":\"").write(base64).writeUtf8("\"}");
          });
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  private static Piece ofAddress(Algorithm algorithm, Sound sound, int index) {
    if (algorithm.uriField() == null) {
      throw new IllegalArgumentException(algorithm.name() + " takes no addresses.");
    }
    JsonObject instance = new JsonObject();
    instance.addProperty(algorithm.uriField(), sound.uri);
    if (sound.token != null) {
      if (algorithm.uriTokenField() == null) {
        throw new IllegalArgumentException(algorithm.name() + " takes no token for an address.");
      }
      instance.addProperty(algorithm.uriTokenField(), sound.token);
    }
    byte[] text = instance.toString().getBytes(StandardCharsets.UTF_8);
    return new Piece(index, text.length, body -> body.write(text));
  }
}
