// Owns the forms in which a caller may hand over a sound. Must not know the wire.
package predictschemata;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * One sound: a WAV file, samples of one channel, or the address of a WAV file in cloud storage.
 *
 * <p>Arrays are not copied: leave them as they are until the call has ended.
 */
public final class Sound {
  /** A WAV file that comes into being when it is needed. */
  interface Wave {
    /** In bytes, without making the file. */
    long length() throws IOException;

    /**
     * @param sampleRateHz of samples that have no rate of their own
     */
    byte[] read(int sampleRateHz) throws IOException;
  }

  /** Makes a file of samples with this rate. */
  private interface Encoder {
    byte[] encode(int sampleRateHz);
  }

  /** Null for an address. */
  final Wave wave;

  /** Null for a file. */
  final String uri;

  /** Null where the address needs none. */
  final String token;

  private Sound(Wave wave, String uri, String token) {
    this.wave = wave;
    this.uri = uri;
    this.token = token;
  }

  /** A WAV file, which is read when it is sent. */
  public static Sound file(Path path) {
    Objects.requireNonNull(path, "path");
    return new Sound(
        new Wave() {
          @Override
          public long length() throws IOException {
            return Files.size(path);
          }

          @Override
          public byte[] read(int sampleRateHz) throws IOException {
            return Files.readAllBytes(path);
          }
        },
        null,
        null);
  }

  /** The WAV files of a folder, sorted by name. */
  public static List<Path> filesIn(Path folder) throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths
          .filter(path -> path.toString().toLowerCase(Locale.ROOT).matches(".*\\.wave?"))
          .sorted()
          .toList();
    }
  }

  /** A WAV file in memory. */
  public static Sound wav(byte[] file) {
    Objects.requireNonNull(file, "file");
    return new Sound(encoded(file.length, null, rate -> file), null, null);
  }

  /** 16-bit integers at the algorithm's rate. */
  public static Sound samples(short[] samples) {
    return ofShorts(samples, null);
  }

  /** 16-bit integers at a rate of their own. */
  public static Sound samples(short[] samples, int sampleRateHz) {
    return ofShorts(samples, sampleRateHz);
  }

  /** Floats, usually from -1 to 1, at the algorithm's rate. */
  public static Sound samples(float[] samples) {
    return ofFloats(samples, null);
  }

  /** Floats, usually from -1 to 1, at a rate of their own. */
  public static Sound samples(float[] samples, int sampleRateHz) {
    return ofFloats(samples, sampleRateHz);
  }

  /**
   * Doubles, usually from -1 to 1, at the algorithm's rate; a model computes with 32-bit floats.
   */
  public static Sound samples(double[] samples) {
    return ofDoubles(samples, null);
  }

  /** Doubles, usually from -1 to 1, at a rate of their own. */
  public static Sound samples(double[] samples, int sampleRateHz) {
    return ofDoubles(samples, sampleRateHz);
  }

  /** A public WAV file in cloud storage, {@code gs://BUCKET/OBJECT}. */
  public static Sound at(String uri) {
    return new Sound(null, Objects.requireNonNull(uri, "uri"), null);
  }

  /** A WAV file in cloud storage with an OAuth 2.0 token that may read it. */
  public static Sound at(String uri, String token) {
    return new Sound(
        null, Objects.requireNonNull(uri, "uri"), Objects.requireNonNull(token, "token"));
  }

  private static Sound ofShorts(short[] samples, Integer ownRateHz) {
    int length = Wav.length(samples.length, true);
    return new Sound(encoded(length, ownRateHz, rate -> Wav.encode(samples, rate)), null, null);
  }

  private static Sound ofFloats(float[] samples, Integer ownRateHz) {
    int length = Wav.length(samples.length, Wav.areIntegers(samples));
    return new Sound(encoded(length, ownRateHz, rate -> Wav.encode(samples, rate)), null, null);
  }

  private static Sound ofDoubles(double[] samples, Integer ownRateHz) {
    int length = Wav.length(samples.length, Wav.areIntegers(samples));
    return new Sound(encoded(length, ownRateHz, rate -> Wav.encode(samples, rate)), null, null);
  }

  private static Wave encoded(int length, Integer ownRateHz, Encoder encoder) {
    if (ownRateHz != null && ownRateHz < 1) {
      throw new IllegalArgumentException(
          "Expected a rate of at least 1 Hz, got " + ownRateHz + ".");
    }
    return new Wave() {
      @Override
      public long length() {
        return length;
      }

      @Override
      public byte[] read(int sampleRateHz) {
        return encoder.encode(ownRateHz == null ? sampleRateHz : ownRateHz);
      }
    };
  }
}
