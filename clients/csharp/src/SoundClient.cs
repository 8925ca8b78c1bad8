// Owns what callers use: predictions of instances in one call, and of sounds in as many as they need. Must not know an algorithm.
using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace PredictSchemata
{
    public sealed class SoundAnswer<TPrediction>
    {
        internal SoundAnswer(IReadOnlyList<TPrediction> predictions, string modelDisplayName)
        {
            Predictions = predictions;
            ModelDisplayName = modelDisplayName;
        }

        /// <summary>One for each sound, in their order: a result, or its error.</summary>
        public IReadOnlyList<TPrediction> Predictions { get; }

        /// <summary>Of the answer that came last; says when it is an untrained development model. Null when no call was needed.</summary>
        public string ModelDisplayName { get; }
    }

    public class SoundClient : IDisposable
    {
        private readonly ClientOptions options;
        private readonly EndpointCalls calls;

        /// <summary>Endpoint → the limits in its labels, or the target's for one that states none.</summary>
        private readonly ConcurrentDictionary<string, Limits> limits = new ConcurrentDictionary<string, Limits>();

        /// <exception cref="ArgumentException">Options that cannot be kept.</exception>
        protected SoundClient(ClientOptions options)
        {
            this.options = options ?? new ClientOptions();
            Settings.Of(null, this.options.Calls);
            calls = new EndpointCalls(this.options);
        }

        /// <summary>Sends instances as the contract has them in one call, which is repeated when it may be.</summary>
        /// <exception cref="PredictException">The call failed for good.</exception>
        public async Task<TResponse> PredictAsync<TRequest, TResponse, TPrediction>(
            Algorithm<TRequest, TResponse, TPrediction> algorithm,
            TRequest request,
            CallOptions callOptions = null,
            CancellationToken cancellationToken = default(CancellationToken))
        {
            var settings = Settings.Of(callOptions, options.Calls);
            var json = JObject.FromObject(request);
            var body = Encoding.UTF8.GetBytes(json.ToString(Formatting.None));
            var count = ((JArray)json["instances"]).Count;
            using (var scope = new Scope(settings.Deadline, cancellationToken))
            {
                var answer = await Retry.RunAsync(settings, scope, () => calls.PredictAsync(EndpointOf(algorithm.Facts), body, count, scope))
                    .ConfigureAwait(false);
                return OfContract<TResponse>(answer);
            }
        }

        /// <summary>
        /// Predicts sounds of any form: encodes them without loss, splits them by the endpoint's limits, sends within a bound side by side, repeats calls
        /// and single sounds that may be repeated.
        /// </summary>
        /// <exception cref="PredictException">A call failed for good.</exception>
        public async Task<SoundAnswer<TPrediction>> PredictSoundsAsync<TRequest, TResponse, TPrediction>(
            Algorithm<TRequest, TResponse, TPrediction> algorithm,
            IEnumerable<Sound> sounds,
            CallOptions callOptions = null,
            CancellationToken cancellationToken = default(CancellationToken))
        {
            var settings = Settings.Of(callOptions, options.Calls);
            using (var scope = new Scope(settings.Deadline, cancellationToken))
            {
                var run = new SoundRun(algorithm.Facts, sounds.ToList(), settings, scope, calls, EndpointOf(algorithm.Facts));
                if (run.Pieces.Count > 0) await run.SendAllAsync(() => LimitsOfAsync(algorithm.Facts, settings, scope)).ConfigureAwait(false);
                return new SoundAnswer<TPrediction>(run.Predictions.Select(OfContract<TPrediction>).ToList(), run.ModelDisplayName);
            }
        }

        public void Dispose() => calls.Dispose();

        private string EndpointOf(AlgorithmFacts facts) => options.Endpoint ?? facts.Name;

        /// <summary>Given ones, else those of the endpoint's labels, else those that the target is known for.</summary>
        private async Task<Limits> LimitsOfAsync(AlgorithmFacts facts, Settings settings, Scope scope)
        {
            var known = options.Target.Limits;
            if (settings.MaxInstances == null || settings.MaxBodyBytes == null) known = await StatedLimitsAsync(EndpointOf(facts), scope).ConfigureAwait(false);
            return new Limits(settings.MaxInstances ?? known.MaxInstances, settings.MaxBodyBytes ?? known.MaxBodyBytes);
        }

        private async Task<Limits> StatedLimitsAsync(string endpoint, Scope scope)
        {
            if (limits.TryGetValue(endpoint, out Limits stated)) return stated;
            try
            {
                var labels = (await calls.DescribeAsync(endpoint, scope).ConfigureAwait(false))["labels"] as JObject;
                if (int.TryParse(labels?["max_instances"]?.ToString(), out int instances) && instances > 0
                    && long.TryParse(labels["max_body_bytes"]?.ToString(), out long bytes) && bytes > 0)
                {
                    return limits[endpoint] = new Limits(instances, bytes);
                }
            }
            catch (PredictException error)
            {
                scope.ThrowIfOver();
                if (!StatesNoLimits(error)) return options.Target.Limits;
            }
            // Vertex AI's endpoints carry no such labels.
            return limits[endpoint] = options.Target.Limits;
        }

        /// <summary>
        /// Answers that will be the same next time: a token may be for predictions alone. An endpoint that is not found may come to be, with limits that
        /// are lower than the target's.
        /// </summary>
        private static bool StatesNoLimits(PredictException error) =>
            error is PermissionDeniedException || error is InvalidRequestException || error is InvalidAnswerException;

        private static T OfContract<T>(JToken json)
        {
            try
            {
                return json.ToObject<T>();
            }
            catch (Exception error) when (error is JsonException || error is FormatException || error is InvalidCastException)
            {
                throw new InvalidAnswerException("The answer does not keep the contract: " + error.Message, null, error);
            }
        }
    }
}
