// Owns WAV files out of samples, the shortest that loses nothing. Must not know where samples come from or go to.
using System;
using System.IO;
using System.Linq;
using System.Text;

namespace PredictSchemata
{
    internal static class Wav
    {
        private const int HeaderLength = 44;

        /// <summary>A server reads 16-bit samples as multiples of 2^-15.</summary>
        private const double Int16Scale = 32768;

        /// <summary>Of the file that <see cref="Encode"/> gives.</summary>
        public static long LengthOf(Array samples) => HeaderLength + (long)samples.Length * (FitsInt16(samples) ? 2 : 4);

        /// <summary>
        /// A RIFF/WAVE file with one channel. Floats that are all multiples of 2^-15 from -1 to below 1, as those of a 16-bit recording are,
        /// are written as 16-bit integers; others as 32-bit floats, which is what a model computes with.
        /// </summary>
        public static byte[] Encode(Array samples, int sampleRateHz)
        {
            var asInt16 = FitsInt16(samples);
            var sampleBytes = asInt16 ? 2 : 4;
            var dataBytes = checked(samples.Length * sampleBytes);
            var bytes = new MemoryStream(HeaderLength + dataBytes);
            // Little-endian on every platform.
            using (var writer = new BinaryWriter(bytes))
            {
                writer.Write(Encoding.ASCII.GetBytes("RIFF"));
                writer.Write(HeaderLength - 8 + dataBytes);
                writer.Write(Encoding.ASCII.GetBytes("WAVEfmt "));
                writer.Write(16);
                // WAVE_FORMAT_PCM and WAVE_FORMAT_IEEE_FLOAT.
                writer.Write((short)(asInt16 ? 1 : 3));
                writer.Write((short)1);
                writer.Write(sampleRateHz);
                writer.Write(sampleRateHz * sampleBytes);
                writer.Write((short)sampleBytes);
                writer.Write((short)(sampleBytes * 8));
                writer.Write(Encoding.ASCII.GetBytes("data"));
                writer.Write(dataBytes);
                WriteSamples(writer, samples, asInt16);
            }
            return bytes.ToArray();
        }

        private static void WriteSamples(BinaryWriter writer, Array samples, bool asInt16)
        {
            if (samples is short[] integers)
            {
                foreach (var sample in integers) writer.Write(sample);
            }
            else if (samples is float[] floats)
            {
                foreach (var sample in floats)
                {
                    if (asInt16) writer.Write((short)(sample * Int16Scale));
                    else writer.Write(sample);
                }
            }
            else
            {
                foreach (var sample in (double[])samples)
                {
                    if (asInt16) writer.Write((short)(sample * Int16Scale));
                    else writer.Write((float)sample);
                }
            }
        }

        private static bool FitsInt16(Array samples)
        {
            if (samples is float[] floats) return floats.All(sample => IsInt16(sample));
            return !(samples is double[] doubles) || doubles.All(IsInt16);
        }

        private static bool IsInt16(double sample)
        {
            var scaled = sample * Int16Scale;
            // In the range first: converting another number is undefined.
            return scaled >= short.MinValue && scaled <= short.MaxValue && (short)scaled == scaled;
        }
    }
}
