// Owns the tests of who asks a token provider, and who takes the answer of another's question.
using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace PredictSchemata.Tests
{
    [TestFixture]
    public class TokenGateTest
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

        private List<string> questions;
        private BlockingCollection<TaskCompletionSource<string>> open;
        private TokenGate gate;

        [SetUp]
        public void Begin()
        {
            questions = new List<string>();
            open = new BlockingCollection<TaskCompletionSource<string>>();
            gate = new TokenGate();
        }

        [TestCase(null, null, "A", "A A", "-")]
        [TestCase("A", "A", "B", "B B", "A")]
        // The answer is no use to one that was refused with it, but to one that comes anew.
        [TestCase(null, "A", "A B", "A B", "- A")]
        [TestCase("A", null, "B", "B B", "A")]
        [TestCase(null, null, "fail B", "failed B", "- -")]
        public void OneAsksAndThoseThatWaitTakeItsAnswer(string first, string second, string answers, string want, string wantQuestions)
        {
            // Each stands in line when its call returns.
            var both = new[] { Ask(first), Ask(second) };
            foreach (var answer in answers.Split(' ')) Answer(answer);
            Assert.AreEqual(want, string.Join(" ", both.Select(Outcome)));
            Assert.AreEqual(wantQuestions, string.Join(" ", questions));
        }

        [Test]
        public void WhoWaitsMayLeaveAndALaterOneAsksAnew()
        {
            using (var leaving = new CancellationTokenSource())
            {
                var first = Ask(null);
                var second = Ask(null, leaving.Token);
                leaving.Cancel();
                Assert.That(() => second.GetAwaiter().GetResult(), Throws.InstanceOf<OperationCanceledException>());
                Answer("A");
                Assert.AreEqual("A", Outcome(first));
                var later = Ask(null);
                Answer("B");
                Assert.AreEqual("B", Outcome(later));
            }
        }

        [Test]
        public void AClientHasOneQuestionUnderWay()
        {
            var underWay = 0;
            var most = 0;
            TokenProvider provide = async (refused, cancellationToken) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref underWay));
                await Task.Delay(20, cancellationToken);
                Interlocked.Decrement(ref underWay);
                return "T";
            };
            var options = new ClientOptions
            {
                TokenProvider = provide,
                Handler = new AnsweringHandler(request => AnsweringHandler.Json(HttpStatusCode.OK, AnsweringHandler.OneFailure)),
                Calls = new CallOptions { MaxInstances = 1, MaxBodyBytes = 1000 },
            };
            using (var client = new PredictClient(options))
            {
                var calls = Enumerable.Range(0, 9).Select(_ => client.EmbedAsync(new[] { Sound.FromBytes(new byte[1]) }));
                Task.WaitAll(calls.ToArray());
            }
            Assert.AreEqual(1, most);
        }

        private Task<string> Ask(string refused, CancellationToken leaving = default(CancellationToken)) => gate.AskAsync(Provide, refused, leaving);

        private Task<string> Provide(string refused, CancellationToken cancellationToken)
        {
            questions.Add(refused ?? "-");
            var question = new TaskCompletionSource<string>();
            open.Add(question);
            return question.Task;
        }

        private void Answer(string token)
        {
            Assert.IsTrue(open.TryTake(out TaskCompletionSource<string> question, Patience), "Expected another question.");
            if (token == "fail") question.SetException(new InvalidOperationException("failed"));
            else question.SetResult(token);
        }

        private static string Outcome(Task<string> asked)
        {
            try
            {
                return asked.Wait(Patience) ? asked.Result : "none";
            }
            catch (AggregateException error)
            {
                return error.InnerException.Message;
            }
        }
    }
}
