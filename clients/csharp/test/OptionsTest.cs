// Owns the tests of what callers may choose.
using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace PredictSchemata.Tests
{
    [TestFixture]
    public class OptionsTest
    {
        [Test]
        public void ACallsOptionsWinOverTheClientsAndTheseOverTheDefaults()
        {
            var client = new CallOptions { MaxAttempts = 2, Deadline = TimeSpan.FromSeconds(5) };
            var settings = Settings.Of(new CallOptions { Deadline = TimeSpan.FromSeconds(7) }, client);
            Assert.AreEqual(7, settings.Deadline.TotalSeconds);
            Assert.AreEqual(2, settings.MaxAttempts);
            Assert.AreEqual(250, settings.InitialBackoff.TotalMilliseconds);
            Assert.AreEqual(8, settings.MaxBackoff.TotalSeconds);
            Assert.AreEqual(4, settings.MaxParallelCalls);
            Assert.IsNull(settings.MaxInstances);
        }

        [Test]
        public void OptionsThatCannotBeKeptAreRefusedByTheClient()
        {
            var error = Assert.Throws<ArgumentException>(() => new PredictClient(With(new CallOptions { MaxAttempts = 0 })));
            Assert.AreEqual("Expected MaxAttempts of at least 1, got 0.", error.Message);
            Assert.Throws<ArgumentException>(() => new PredictClient(With(new CallOptions { MaxParallelCalls = -1 })));
            Assert.Throws<ArgumentException>(() => new PredictClient(With(new CallOptions { MaxBodyBytes = 0 })));
            var headers = new Dictionary<string, string> { { "X-Any", "a\r\nAuthorization: Bearer b" } };
            Assert.Throws<ArgumentException>(() => new PredictClient(new ClientOptions { Headers = headers }));
            Assert.Throws<ArgumentException>(() => Target.Server("host:8080"));
        }

        [Test]
        public void ATokenWithALineBreakIsRefusedWithoutBeingShown()
        {
            using (var client = new PredictClient(new ClientOptions { Token = "secret\n" }))
            {
                var error = Assert.Throws<ArgumentException>(() => client.EmbedAsync(new Sound[] { new float[10] }).GetAwaiter().GetResult());
                Assert.That(error.Message, Is.Not.StringContaining("secret"));
            }
        }

        [Test]
        public void TargetsAreTheAddressesThatVertexAiHas()
        {
            Assert.AreEqual("http://127.0.0.1:8080", Target.Server().BaseUrl);
            Assert.AreEqual("https://host/below", Target.Server("https://host/below//").BaseUrl);
            Assert.AreEqual("https://us-central1-aiplatform.googleapis.com", Target.VertexShared("us-central1").BaseUrl);
            Assert.AreEqual(1500000, Target.VertexShared("us-central1").Limits.MaxBodyBytes);
            Assert.AreEqual("https://12.us-central1-42.prediction.vertexai.goog", Target.VertexDedicated("12", "us-central1", "42").BaseUrl);
        }

        [Test]
        public void AServerThatIsNotThereIsALostConnection()
        {
            var options = With(new CallOptions { MaxAttempts = 2, InitialBackoff = TimeSpan.FromMilliseconds(1) });
            // A port that nobody listens on.
            options.Target = Target.Server("http://127.0.0.1:1");
            using (var client = new PredictClient(options))
            {
                Assert.Throws<ConnectionException>(() => client.EmbedAsync(new Sound[] { new float[10] }).GetAwaiter().GetResult());
            }
        }

        [Test]
        public void ATokenOfAProgramIsKeptUntilItIsRefused()
        {
            var token = CommandToken.Gcloud("date", "+%s%N");
            var first = token(null, CancellationToken.None).Result;
            Assert.AreEqual(first, token(null, CancellationToken.None).Result);
            Assert.AreEqual(first, token("another", CancellationToken.None).Result);
            Assert.AreNotEqual(first, token(first, CancellationToken.None).Result);
            Assert.That(() => CommandToken.Gcloud("true", "")(null, CancellationToken.None).GetAwaiter().GetResult(), Throws.InvalidOperationException);
            Assert.That(() => CommandToken.Gcloud("false", "")(null, CancellationToken.None).GetAwaiter().GetResult(), Throws.InvalidOperationException);
        }

        [Test]
        public void AProgramThatHangsEndsWithItsCall()
        {
            var options = With(new CallOptions { Deadline = TimeSpan.FromMilliseconds(200) });
            options.TokenProvider = CommandToken.Gcloud("sleep", "3600");
            using (var client = new PredictClient(options))
            {
                for (var call = 0; call < 2; call++)
                {
                    var embedding = client.EmbedAsync(new Sound[] { new float[10] });
                    var ended = Task.WhenAny(embedding, Task.Delay(TimeSpan.FromSeconds(60))).Result;
                    Assert.AreSame(embedding, ended);
                    Assert.Throws<DeadlineException>(() => embedding.GetAwaiter().GetResult());
                }
            }
        }

        private static ClientOptions With(CallOptions calls) => new ClientOptions { Calls = calls };
    }
}
