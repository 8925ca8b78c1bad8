// Owns WAV files out of samples, the shortest that loses nothing. Must not know where samples come from or go to.
using System;
using System.IO;
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
            var data = asInt16 ? (Array)Integers(samples) : Floats(samples);
            var dataBytes = checked(samples.Length * sampleBytes);
            var file = new byte[HeaderLength + dataBytes];
            // Little-endian on every platform.
            using (var header = new BinaryWriter(new MemoryStream(file)))
            {
                header.Write(Encoding.ASCII.GetBytes("RIFF"));
                header.Write(HeaderLength - 8 + dataBytes);
                header.Write(Encoding.ASCII.GetBytes("WAVEfmt "));
                header.Write(16);
                // WAVE_FORMAT_PCM and WAVE_FORMAT_IEEE_FLOAT.
                header.Write((short)(asInt16 ? 1 : 3));
                header.Write((short)1);
                header.Write(sampleRateHz);
                header.Write(sampleRateHz * sampleBytes);
                header.Write((short)sampleBytes);
                header.Write((short)(sampleBytes * 8));
                header.Write(Encoding.ASCII.GetBytes("data"));
                header.Write(dataBytes);
            }
            Buffer.BlockCopy(data, 0, file, HeaderLength, dataBytes);
            if (!BitConverter.IsLittleEndian)
            {
                for (var at = HeaderLength; at < file.Length; at += sampleBytes) Array.Reverse(file, at, sampleBytes);
            }
            return file;
        }

        private static short[] Integers(Array samples)
        {
            if (samples is short[] integers) return integers;
            integers = new short[samples.Length];
            // A loop for each type: Mono calls a delegate or an interface for each sample otherwise.
            if (samples is float[] floats)
            {
                for (var at = 0; at < floats.Length; at++) integers[at] = (short)(floats[at] * Int16Scale);
            }
            else
            {
                var doubles = (double[])samples;
                for (var at = 0; at < doubles.Length; at++) integers[at] = (short)(doubles[at] * Int16Scale);
            }
            return integers;
        }

        private static float[] Floats(Array samples)
        {
            if (samples is float[] floats) return floats;
            var doubles = (double[])samples;
            floats = new float[doubles.Length];
            for (var at = 0; at < doubles.Length; at++) floats[at] = (float)doubles[at];
            return floats;
        }

        private static bool FitsInt16(Array samples)
        {
            if (samples is short[]) return true;
            if (samples is float[] floats)
            {
                foreach (var sample in floats)
                {
                    if (!IsInt16(sample)) return false;
                }
                return true;
            }
            foreach (var sample in (double[])samples)
            {
                if (!IsInt16(sample)) return false;
            }
            return true;
        }

        private static bool IsInt16(double sample)
        {
            var scaled = sample * Int16Scale;
            // In the range first: converting another number is undefined.
            return scaled >= short.MinValue && scaled <= short.MaxValue && (short)scaled == scaled;
        }
    }
}
