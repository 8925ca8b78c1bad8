// Owns the tests of what a sound is on the wire.
using System;
using System.IO;
using System.Linq;
using System.Text;
using Newtonsoft.Json.Linq;
using NUnit.Framework;

namespace PredictSchemata.Tests
{
    [TestFixture]
    public class EncodingTest
    {
        private static readonly AlgorithmFacts Facts = new AlgorithmFacts("any", 16000, "file", "uri", "uri_token", "result", new string[0]);

        public static readonly object[] Cases =
        {
            new object[] { new short[] { -32768, 0, 32767 }, 16 },
            new object[] { new[] { -1f, 0f, 32767f / 32768 }, 16 },
            new object[] { new[] { 0.5, -0.25 }, 16 },
            new object[] { new[] { 1f }, 32 },
            new object[] { new[] { 0.1f }, 32 },
            new object[] { new[] { 0.5, 1.0 / 65536 }, 32 },
            new object[] { new[] { double.MaxValue }, 32 },
            new object[] { new[] { double.NaN }, 32 },
            new object[] { new float[0], 16 },
        };

        [TestCaseSource("Cases")]
        public void SamplesTake16BitsWhenTheseLoseNothing(Array samples, int bits)
        {
            var wav = Wav.Encode(samples, 8000);
            Assert.AreEqual(bits, BitConverter.ToInt16(wav, 34));
            Assert.AreEqual(bits == 16 ? 1 : 3, BitConverter.ToInt16(wav, 20));
            Assert.AreEqual(44 + samples.Length * bits / 8, wav.Length);
            Assert.AreEqual(wav.Length, Wav.LengthOf(samples));
        }

        [Test]
        public void AWavFileSaysWhatItHolds()
        {
            var wav = Wav.Encode(new[] { 0.1f, -2.5f }, 16000);
            Assert.AreEqual("RIFF", Encoding.ASCII.GetString(wav, 0, 4));
            Assert.AreEqual(wav.Length - 8, BitConverter.ToInt32(wav, 4));
            Assert.AreEqual("WAVEfmt ", Encoding.ASCII.GetString(wav, 8, 8));
            Assert.AreEqual(1, BitConverter.ToInt16(wav, 22));
            Assert.AreEqual(16000, BitConverter.ToInt32(wav, 24));
            Assert.AreEqual(64000, BitConverter.ToInt32(wav, 28));
            Assert.AreEqual(4, BitConverter.ToInt16(wav, 32));
            Assert.AreEqual("data", Encoding.ASCII.GetString(wav, 36, 4));
            Assert.AreEqual(8, BitConverter.ToInt32(wav, 40));
            Assert.AreEqual(-2.5f, BitConverter.ToSingle(wav, 48));
            var integers = Wav.Encode(new[] { -1.0, 0.5 }, 16000);
            Assert.AreEqual(-32768, BitConverter.ToInt16(integers, 44));
            Assert.AreEqual(16384, BitConverter.ToInt16(integers, 46));
        }

        [Test]
        public void EveryFormIsAnInstanceOfTheLengthThatWasForetold()
        {
            var path = Path.GetTempFileName();
            File.WriteAllText(path, "fooba");
            Assert.AreEqual("{\"file\":\"Zm9vYmE=\"}", InstanceOf(Sound.FromFile(path)));
            File.Delete(path);
            Assert.AreEqual("{\"file\":\"Zm9v\"}", InstanceOf(Sound.FromBytes(Encoding.ASCII.GetBytes("foo"))));
            Assert.AreEqual(11 + (44 + 8 + 2) / 3 * 4, InstanceOf(new[] { 0.5f, 0.1f }).Length);
            Assert.AreEqual(8000, BitConverter.ToInt32(WavIn(InstanceOf(Sound.FromSamples(new short[1], 8000))), 24));
            var address = JObject.Parse(InstanceOf(Sound.FromUri("gs://b/Größe \"a\\b\".wav", "T")));
            Assert.AreEqual("gs://b/Größe \"a\\b\".wav", (string)address["uri"]);
            Assert.AreEqual("T", (string)address["uri_token"]);
            Assert.AreEqual("{\"uri\":\"gs://b/c.wav\"}", InstanceOf(Sound.FromUri("gs://b/c.wav")));
        }

        [Test]
        public void WhatIsNoSoundIsRefusedBeforeItIsSent()
        {
            Assert.Throws<FileNotFoundException>(() => Sound.FromFile("no-such-file.wav").InstanceLength(Facts));
            Assert.Throws<ArgumentException>(() => Sound.FromSamples(new float[1], 0));
            Assert.Throws<ArgumentNullException>(() => Sound.FromSamples((float[])null));
            Assert.Throws<ArgumentNullException>(() => Sound.FromFile(null));
            var numbersOnly = new AlgorithmFacts("any", 16000, "", "", "", "result", new string[0]);
            Assert.Throws<ArgumentException>(() => Sound.FromUri("gs://b/c.wav").InstanceLength(numbersOnly));
            Assert.Throws<ArgumentException>(() => Sound.FromSamples(new float[1]).InstanceLength(numbersOnly));
        }

        private static string InstanceOf(Sound sound)
        {
            var text = sound.InstanceText(Facts);
            Assert.AreEqual(Encoding.UTF8.GetByteCount(text), sound.InstanceLength(Facts));
            return text;
        }

        private static byte[] WavIn(string instance) => Convert.FromBase64String((string)JObject.Parse(instance)["file"]);
    }
}
