// Owns WAV files out of samples, the shortest that loses nothing. Must not know where samples come
// from or go to.
package predictschemata;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * RIFF/WAVE files with one channel. Floats that are all multiples of 2⁻¹⁵ from -1 to below 1, as
 * those of a 16-bit recording are, are written as 16-bit integers; others as 32-bit floats, which
 * is what a model computes with.
 */
final class Wav {
  private static final int HEADER_BYTES = 44;
  private static final int INTEGERS = 1;
  private static final int FLOATS = 3;

  /** A server reads 16-bit samples as multiples of 2⁻¹⁵. */
  private static final int INT16_SCALE = 32_768;

  private Wav() {}

  /** The length of the file of so many samples. */
  static int length(int samples, boolean integers) {
    return Math.addExact(
        HEADER_BYTES, Math.multiplyExact(samples, integers ? Short.BYTES : Float.BYTES));
  }

  static boolean areIntegers(float[] samples) {
    for (float sample : samples) {
      float scaled = sample * INT16_SCALE;
      if ((short) scaled != scaled) return false;
    }
    return true;
  }

  static boolean areIntegers(double[] samples) {
    for (double sample : samples) {
      double scaled = sample * INT16_SCALE;
      if ((short) scaled != scaled) return false;
    }
    return true;
  }

  static byte[] encode(short[] samples, int sampleRateHz) {
    ByteBuffer file = header(INTEGERS, samples.length, sampleRateHz);
    file.asShortBuffer().put(samples);
    return file.array();
  }

  static byte[] encode(float[] samples, int sampleRateHz) {
    boolean integers = areIntegers(samples);
    ByteBuffer file = header(integers ? INTEGERS : FLOATS, samples.length, sampleRateHz);
    for (float sample : samples) {
      if (integers) file.putShort((short) (sample * INT16_SCALE));
      else file.putFloat(sample);
    }
    return file.array();
  }

  static byte[] encode(double[] samples, int sampleRateHz) {
    boolean integers = areIntegers(samples);
    ByteBuffer file = header(integers ? INTEGERS : FLOATS, samples.length, sampleRateHz);
    for (double sample : samples) {
      if (integers) file.putShort((short) (sample * INT16_SCALE));
      else file.putFloat((float) sample);
    }
    return file.array();
  }

  /** A file of the right length whose samples are still to be put, from its position on. */
  private static ByteBuffer header(int format, int samples, int sampleRateHz) {
    int sampleBytes = format == INTEGERS ? Short.BYTES : Float.BYTES;
    int length = length(samples, format == INTEGERS);
    ByteBuffer file = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(ascii("RIFF")).putInt(length - 8).put(ascii("WAVEfmt ")).putInt(16);
    file.putShort((short) format).putShort((short) 1);
    file.putInt(sampleRateHz).putInt(sampleRateHz * sampleBytes);
    file.putShort((short) sampleBytes).putShort((short) (sampleBytes * 8));
    return file.put(ascii("data")).putInt(length - HEADER_BYTES);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
