// Owns the forms in which a caller may hand over a sound, and the JSON text that each becomes. Must not know calls.
using System;
using System.IO;
using System.Text;
using Newtonsoft.Json.Linq;

namespace PredictSchemata
{
    /// <summary>One sound: a WAV file, samples of one channel, or the address of a WAV file in cloud storage.</summary>
    public abstract class Sound
    {
        private Sound()
        {
        }

        /// <summary>A WAV file that is read when it is sent.</summary>
        public static Sound FromFile(string path) => new FileSound(path);

        /// <summary>A WAV file that is in memory already.</summary>
        public static Sound FromBytes(byte[] wav) => new BytesSound(wav);

        /// <param name="sampleRateHz">The algorithm's when missing.</param>
        public static Sound FromSamples(short[] samples, int? sampleRateHz = null) => new ArraySound(samples, sampleRateHz);

        /// <param name="samples">Their usual range is -1 to 1.</param>
        /// <param name="sampleRateHz">The algorithm's when missing.</param>
        public static Sound FromSamples(float[] samples, int? sampleRateHz = null) => new ArraySound(samples, sampleRateHz);

        /// <param name="samples">Their usual range is -1 to 1.</param>
        /// <param name="sampleRateHz">The algorithm's when missing.</param>
        public static Sound FromSamples(double[] samples, int? sampleRateHz = null) => new ArraySound(samples, sampleRateHz);

        /// <param name="token">An OAuth 2.0 access token that may read the file; without it the file must be public.</param>
        public static Sound FromUri(string uri, string token = null) => new UriSound(uri, token);

        public static implicit operator Sound(short[] samples) => FromSamples(samples);

        public static implicit operator Sound(float[] samples) => FromSamples(samples);

        public static implicit operator Sound(double[] samples) => FromSamples(samples);

        /// <summary>Bytes of what <see cref="InstanceText"/> will give in UTF-8, without reading a file.</summary>
        /// <exception cref="ArgumentException">The algorithm takes no such sound.</exception>
        internal abstract long InstanceLength(AlgorithmFacts facts);

        /// <summary>The instance of the contract as JSON.</summary>
        internal abstract string InstanceText(AlgorithmFacts facts);

        /// <summary>Base64 needs no escaping, so that its length is known before: {"FIELD":"…"}.</summary>
        private abstract class WavSound : Sound
        {
            internal override long InstanceLength(AlgorithmFacts facts)
            {
                if (facts.FileField == "") throw new ArgumentException(facts.Name + " takes no files and no arrays.");
                return facts.FileField.Length + 7 + (WavLength(facts) + 2) / 3 * 4;
            }

            internal override string InstanceText(AlgorithmFacts facts) =>
                "{\"" + facts.FileField + "\":\"" + Convert.ToBase64String(WavBytes(facts)) + "\"}";

            protected abstract long WavLength(AlgorithmFacts facts);

            protected abstract byte[] WavBytes(AlgorithmFacts facts);
        }

        private sealed class FileSound : WavSound
        {
            private readonly string path;

            public FileSound(string path)
            {
                this.path = path ?? throw new ArgumentNullException(nameof(path));
            }

            protected override long WavLength(AlgorithmFacts facts) => new FileInfo(path).Length;

            protected override byte[] WavBytes(AlgorithmFacts facts) => File.ReadAllBytes(path);
        }

        private sealed class BytesSound : WavSound
        {
            private readonly byte[] wav;

            public BytesSound(byte[] wav)
            {
                this.wav = wav ?? throw new ArgumentNullException(nameof(wav));
            }

            protected override long WavLength(AlgorithmFacts facts) => wav.Length;

            protected override byte[] WavBytes(AlgorithmFacts facts) => wav;
        }

        private sealed class ArraySound : WavSound
        {
            private readonly Array samples;
            private readonly int? sampleRateHz;

            public ArraySound(Array samples, int? sampleRateHz)
            {
                if (sampleRateHz < 1) throw new ArgumentException("Expected a sample rate in Hz, got " + sampleRateHz + ".");
                this.samples = samples ?? throw new ArgumentNullException(nameof(samples));
                this.sampleRateHz = sampleRateHz;
            }

            protected override long WavLength(AlgorithmFacts facts) => Wav.LengthOf(samples);

            protected override byte[] WavBytes(AlgorithmFacts facts) => Wav.Encode(samples, sampleRateHz ?? facts.SampleRateHz);
        }

        private sealed class UriSound : Sound
        {
            private readonly string uri;
            private readonly string token;

            public UriSound(string uri, string token)
            {
                this.uri = uri ?? throw new ArgumentNullException(nameof(uri));
                this.token = token;
            }

            internal override long InstanceLength(AlgorithmFacts facts) => Encoding.UTF8.GetByteCount(InstanceText(facts));

            internal override string InstanceText(AlgorithmFacts facts)
            {
                if (facts.UriField == "") throw new ArgumentException(facts.Name + " takes no addresses.");
                if (token != null && facts.UriTokenField == "") throw new ArgumentException(facts.Name + " takes no tokens beside addresses.");
                var instance = new JObject(new JProperty(facts.UriField, uri));
                if (token != null) instance.Add(facts.UriTokenField, token);
                return instance.ToString(Newtonsoft.Json.Formatting.None);
            }
        }
    }
}
