// Owns the proof of encodings to the byte.
package predictschemata;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class WavTest {
  static Stream<Arguments> given() {
    return Stream.of(
        Arguments.of(Sound.samples(new short[] {-32768, 0, 32767}), 16),
        Arguments.of(Sound.samples(new float[] {-1, 0, 32767 / 32768f}), 16),
        Arguments.of(Sound.samples(new float[] {1, 0, 0}), 32),
        Arguments.of(Sound.samples(new float[] {0.1f, 0, 0}), 32),
        Arguments.of(Sound.samples(new float[] {Float.NaN, 0, 0}), 32),
        Arguments.of(Sound.samples(new double[] {-1, 0.5, 0}), 16),
        Arguments.of(Sound.samples(new double[] {Double.NaN, 0, 0}), 32),
        Arguments.of(Sound.samples(new double[] {1e300, 0, 0}), 32));
  }

  @ParameterizedTest
  @MethodSource("given")
  void headerSaysHowSamplesAreWritten(Sound sound, int bits) throws IOException {
    ByteBuffer file = wave(sound);
    assertEquals(file.capacity(), sound.wave.length());
    assertEquals(44 + 3 * bits / 8, file.capacity());
    assertEquals("RIFF", ascii(file, 0));
    assertEquals(file.capacity() - 8, file.getInt(4));
    assertEquals("WAVE", ascii(file, 8));
    assertEquals(bits == 16 ? 1 : 3, file.getShort(20));
    assertEquals(1, file.getShort(22));
    assertEquals(8000, file.getInt(24));
    assertEquals(8000 * bits / 8, file.getInt(28));
    assertEquals(bits, file.getShort(34));
    assertEquals(3 * bits / 8, file.getInt(40));
  }

  @Test
  void samplesAreKept() throws IOException {
    ByteBuffer integers = wave(Sound.samples(new double[] {-1, 0.5}));
    assertEquals(-32768, integers.getShort(44));
    assertEquals(16384, integers.getShort(46));
    assertEquals(0.1f, wave(Sound.samples(new float[] {0.1f})).getFloat(44));
    assertEquals(0.1f, wave(Sound.samples(new double[] {0.1})).getFloat(44));
  }

  @Test
  void samplesMayHaveARateOfTheirOwn() throws IOException {
    assertEquals(4000, wave(Sound.samples(new short[] {1}, 4000)).getInt(24));
    assertThrows(IllegalArgumentException.class, () -> Sound.samples(new short[] {1}, 0));
  }

  @Test
  void folderGivesItsWavFilesSorted(@TempDir Path folder) throws IOException {
    for (String name : List.of("b.wav", "a.WAV", "notes.txt")) {
      Files.writeString(folder.resolve(name), name);
    }
    List<Path> files = Sound.filesIn(folder);
    assertEquals(
        List.of("a.WAV", "b.wav"),
        files.stream().map(path -> path.getFileName().toString()).toList());
    assertArrayEquals("a.WAV".getBytes(), Sound.file(files.get(0)).wave.read(1));
  }

  private static ByteBuffer wave(Sound sound) throws IOException {
    return ByteBuffer.wrap(sound.wave.read(8000)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String ascii(ByteBuffer file, int at) {
    return new String(file.array(), at, 4);
  }
}
