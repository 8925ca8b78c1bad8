// Owns one call for any number of sounds: the requests side by side, the repeats of single sounds, the results in order.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Newtonsoft.Json.Linq;

namespace PredictSchemata
{
    internal sealed class SoundRun
    {
        private readonly AlgorithmFacts facts;
        private readonly IReadOnlyList<Sound> sounds;
        private readonly Settings settings;
        private readonly Scope scope;
        private readonly EndpointCalls calls;
        private readonly string endpoint;

        public SoundRun(AlgorithmFacts facts, IReadOnlyList<Sound> sounds, Settings settings, Scope scope, EndpointCalls calls, string endpoint)
        {
            this.facts = facts;
            this.sounds = sounds;
            this.settings = settings;
            this.scope = scope;
            this.calls = calls;
            this.endpoint = endpoint;
            Pieces = sounds.Select((sound, index) => new Piece { Index = index, Bytes = sound.InstanceLength(facts) }).ToList();
            Predictions = new JToken[sounds.Count];
        }

        public IReadOnlyList<Piece> Pieces { get; }

        public JToken[] Predictions { get; }

        public string ModelDisplayName { get; private set; }

        public async Task SendAllAsync(Func<Task<Limits>> limitsOf)
        {
            var limits = await limitsOf().ConfigureAwait(false);
            var first = Split.Of(Pieces, limits);
            foreach (var piece in first.TooLong) Predictions[piece.Index] = TooLongError(piece, limits);
            await SideBySideAsync(first.Calls, SendRepeatedlyAsync).ConfigureAwait(false);

            // The errors that the sounds have are results already: a repeat that fails as a whole takes nothing away.
            for (var repeat = 0; repeat + 1 < settings.MaxAttempts; repeat++)
            {
                var open = Pieces.Where(piece => IsWorthRepeating(Predictions[piece.Index])).ToList();
                var wait = Retry.Backoff(settings, repeat, null, Retry.RandomShare());
                if (open.Count == 0 || wait >= scope.Left) return;
                await scope.WaitAsync(wait).ConfigureAwait(false);
                await SideBySideAsync(Split.Of(open, limits).Calls, SendOnceAsync).ConfigureAwait(false);
            }
        }

        private async Task SendRepeatedlyAsync(List<Piece> call)
        {
            var body = BodyOf(call);
            Keep(call, await Retry.RunAsync(settings, scope, () => calls.PredictAsync(endpoint, body, call.Count, scope)).ConfigureAwait(false));
        }

        private async Task SendOnceAsync(List<Piece> call)
        {
            try
            {
                Keep(call, await calls.PredictAsync(endpoint, BodyOf(call), call.Count, scope).ConfigureAwait(false));
            }
            catch (PredictException)
            {
                // Said above.
            }
        }

        /// <summary>Files are read here, so that no more of them are in memory than calls are under way.</summary>
        private byte[] BodyOf(List<Piece> call)
        {
            var body = new MemoryStream(checked((int)call.Sum(piece => piece.Bytes + 1) + Split.EnvelopeBytes));
            Write(body, "{\"instances\":[");
            for (var at = 0; at < call.Count; at++)
            {
                if (at > 0) Write(body, ",");
                Write(body, sounds[call[at].Index].InstanceText(facts));
            }
            Write(body, "]}");
            return body.ToArray();
        }

        private static void Write(MemoryStream body, string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            body.Write(bytes, 0, bytes.Length);
        }

        private void Keep(List<Piece> call, JObject answer)
        {
            lock (Predictions)
            {
                ModelDisplayName = answer["modelDisplayName"]?.ToString() ?? ModelDisplayName;
                for (var at = 0; at < call.Count; at++) Predictions[call[at].Index] = answer["predictions"][at];
            }
        }

        /// <summary>The first failure ends the others and is thrown.</summary>
        private async Task SideBySideAsync(IReadOnlyList<List<Piece>> all, Func<List<Piece>, Task> send)
        {
            var next = -1;
            Exception failure = null;
            Func<Task> lane = async () =>
            {
                for (var at = Interlocked.Increment(ref next); at < all.Count; at = Interlocked.Increment(ref next))
                {
                    try
                    {
                        await send(all[at]).ConfigureAwait(false);
                    }
                    catch (Exception error)
                    {
                        if (Interlocked.CompareExchange(ref failure, error, null) == null) scope.Abort();
                        return;
                    }
                }
            };
            var lanes = Math.Min(settings.MaxParallelCalls, all.Count);
            await Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => Task.Run(lane))).ConfigureAwait(false);
            if (failure != null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(failure).Throw();
        }

        private static JObject TooLongError(Piece piece, Limits limits) =>
            new JObject(new JProperty("error", new JObject(
                new JProperty("reason", "BODY_TOO_LARGE"),
                new JProperty("description", "Expected an instance that fits a body of " + limits.MaxBodyBytes + " bytes, got one of " + piece.Bytes + ". Send a shorter file."))));

        private static bool IsWorthRepeating(JToken prediction)
        {
            var reason = ((prediction as JObject)?["error"] as JObject)?["reason"];
            return reason?.Type == JTokenType.String && Contract.RetryableReasons.Contains((string)reason);
        }
    }
}
