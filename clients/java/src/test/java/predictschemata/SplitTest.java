// Owns the proof that calls are as full as both limits allow.
package predictschemata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import okio.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class SplitTest {
  private static final int[] LENGTHS = {30, 30, 30, 500, 30};

  static Stream<Arguments> given() {
    return Stream.of(
        Arguments.of(64, 16 + 61, List.of(List.of(0, 1), List.of(2, 4)), List.of(3)),
        Arguments.of(
            64, 16 + 60, List.of(List.of(0), List.of(1), List.of(2), List.of(4)), List.of(3)),
        Arguments.of(3, 10_000, List.of(List.of(0, 1, 2), List.of(3, 4)), List.of()));
  }

  @ParameterizedTest
  @MethodSource("given")
  void callsAreAsFullAsBothLimitsAllow(
      int maxInstances, long maxBodyBytes, List<List<Integer>> calls, List<Integer> tooLong) {
    List<Piece> pieces =
        IntStream.range(0, LENGTHS.length)
            .mapToObj(index -> new Piece(index, LENGTHS[index], body -> {}))
            .toList();
    Split split = Split.of(pieces, new Limits(maxInstances, maxBodyBytes));
    assertEquals(calls, split.calls().stream().map(SplitTest::places).toList());
    assertEquals(tooLong, places(split.tooLong()));
  }

  @ParameterizedTest
  @MethodSource("sounds")
  void lengthIsKnownBeforeTheTextIsMade(Sound sound) throws Exception {
    for (Algorithm algorithm : Algorithms.all()) {
      Piece piece = Piece.of(algorithm, sound, 0);
      Buffer text = new Buffer();
      piece.json().writeTo(text);
      assertEquals(piece.length(), text.size());
    }
  }

  static Stream<Sound> sounds() {
    return Stream.of(
        Sound.wav(new byte[0]),
        Sound.wav(new byte[] {1}),
        Sound.wav(new byte[] {1, 2}),
        Sound.wav(new byte[] {1, 2, 3}),
        Sound.samples(new float[] {0.1f}),
        Sound.at("gs://b/Größe 咳 \"a\\b\".wav"),
        Sound.at("gs://b/c.wav", "token"));
  }

  @Test
  void limitsMustLeaveRoom() {
    assertThrows(IllegalArgumentException.class, () -> new Limits(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new Limits(1, 0));
  }

  private static List<Integer> places(List<Piece> pieces) {
    return pieces.stream().map(Piece::index).toList();
  }
}
