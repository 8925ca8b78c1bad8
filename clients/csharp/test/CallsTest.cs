// Owns the tests of splitting, waiting and repeating.
using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace PredictSchemata.Tests
{
    [TestFixture]
    public class CallsTest
    {
        private static readonly Settings Quick = new Settings
        {
            MaxAttempts = 3,
            InitialBackoff = TimeSpan.FromMilliseconds(1),
            MaxBackoff = TimeSpan.FromMilliseconds(1),
        };

        [TestCase("", 2, 100, "", "")]
        [TestCase("10 10 10", 2, 100, "0+1 2", "")]
        // 16 bytes of envelope, a comma between two.
        [TestCase("10 10 10", 9, 37, "0+1 2", "")]
        [TestCase("10 10 10", 9, 36, "0 1 2", "")]
        [TestCase("10 90 10", 9, 100, "0+2", "1")]
        [TestCase("84", 9, 100, "0", "")]
        [TestCase("85", 9, 100, "", "0")]
        public void CallsAreAsFullAsTheLimitsAllow(string lengths, int maxInstances, int maxBodyBytes, string calls, string tooLong)
        {
            var pieces = lengths.Split(new[] { ' ' }, StringSplitOptions.RemoveEmptyEntries)
                .Select((length, index) => new Piece { Index = index, Bytes = long.Parse(length) });
            var split = Split.Of(pieces, new Limits(maxInstances, maxBodyBytes));
            Assert.AreEqual(calls, string.Join(" ", split.Calls.Select(call => string.Join("+", call.Select(piece => piece.Index)))));
            Assert.AreEqual(tooLong, string.Join(" ", split.TooLong.Select(piece => piece.Index)));
        }

        [TestCase(0, null, 0, 50)]
        [TestCase(0, null, 1, 100)]
        [TestCase(1, null, 0, 100)]
        [TestCase(3, null, 0.5, 600)]
        [TestCase(9, null, 1, 1000)]
        [TestCase(2000, null, 0, 500)]
        [TestCase(0, 3, 1, 3000)]
        [TestCase(9, 0, 0, 500)]
        public void AWaitIsHalfToAllOfADoublingTime(int repeat, int? askedSeconds, double share, int wantMs)
        {
            var settings = new Settings { InitialBackoff = TimeSpan.FromMilliseconds(100), MaxBackoff = TimeSpan.FromSeconds(1) };
            var asked = askedSeconds == null ? (TimeSpan?)null : TimeSpan.FromSeconds(askedSeconds.Value);
            Assert.AreEqual(wantMs, Retry.Backoff(settings, repeat, asked, share).TotalMilliseconds);
        }

        [Test]
        public void OnlyWhatMayPassIsRepeatedAsOftenAsAllowed()
        {
            Assert.AreEqual(3, CallsUntil(new RateLimitedException("x")));
            Assert.AreEqual(3, CallsUntil(new UnavailableException("x")));
            Assert.AreEqual(3, CallsUntil(new ConnectionException("x")));
            Assert.AreEqual(3, CallsUntil(new DeadlineException("x", new Failure { Status = 504 })));
            Assert.AreEqual(1, CallsUntil(new DeadlineException("x")));
            Assert.AreEqual(1, CallsUntil(new ServerException("x", new Failure { Status = 500 })));
            Assert.AreEqual(1, CallsUntil(new InvalidRequestException("x")));
            Assert.AreEqual(1, CallsUntil(new InvalidAnswerException("x")));
        }

        [Test]
        public void AWaitThatTheDeadlineDoesNotLeaveIsNotBegun()
        {
            var since = Stopwatch.StartNew();
            Assert.AreEqual(1, CallsUntil(new RateLimitedException("x", new Failure { RetryAfter = TimeSpan.FromHours(1) })));
            Assert.Less(since.Elapsed, TimeSpan.FromMinutes(1));
        }

        [Test]
        public void AScopeEndsByItsDeadlineItsCallerOrAFailureBesideIt()
        {
            var minute = TimeSpan.FromMinutes(1);
            using (var late = new Scope(TimeSpan.FromMilliseconds(1), CancellationToken.None))
            {
                Assert.Throws<DeadlineException>(() => late.WaitAsync(minute).GetAwaiter().GetResult());
            }
            using (var source = new CancellationTokenSource())
            using (var given = new Scope(minute, source.Token))
            {
                Task.Run(() => source.Cancel());
                Assert.That(() => given.WaitAsync(minute).GetAwaiter().GetResult(), Throws.InstanceOf<OperationCanceledException>());
            }
            using (var aborted = new Scope(minute, CancellationToken.None))
            {
                aborted.Abort();
                Assert.That(() => aborted.WaitAsync(minute).GetAwaiter().GetResult(), Throws.InstanceOf<OperationCanceledException>());
            }
        }

        private static int CallsUntil(PredictException error)
        {
            var calls = 0;
            using (var scope = new Scope(TimeSpan.FromMinutes(2), CancellationToken.None))
            {
                Func<Task<int>> attempt = () =>
                {
                    calls++;
                    throw error;
                };
                Assert.That(() => Retry.RunAsync(Quick, scope, attempt).GetAwaiter().GetResult(), Throws.Exception.SameAs(error));
            }
            return calls;
        }
    }
}
