// Owns the conformance driver of the C# client (clients/README.md): a case a line in, a result a line out. Uses the library as a user
// would.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using PredictSchemata;

internal static class Driver
{
    private static readonly Dictionary<Type, string> Kinds = new Dictionary<Type, string>
    {
        { typeof(InvalidRequestException), "invalid_request" },
        { typeof(AuthenticationFailedException), "authentication" },
        { typeof(PermissionDeniedException), "permission" },
        { typeof(EndpointNotFoundException), "not_found" },
        { typeof(RateLimitedException), "rate_limited" },
        { typeof(UnavailableException), "unavailable" },
        { typeof(ServerException), "server" },
        { typeof(DeadlineException), "deadline" },
        { typeof(ConnectionException), "connection" },
        { typeof(OperationCanceledException), "cancelled" },
        { typeof(InvalidAnswerException), "invalid_answer" },
    };

    private static void Main()
    {
        var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        string line;
        while ((line = Console.In.ReadLine()) != null)
        {
            var given = JObject.Parse(line);
            JObject result;
            try
            {
                result = (string)given["call"] == "plain" ? Plain.Run(given) : Algorithms.Visit((string)given["algorithm"], new Run(given));
            }
            catch (Exception error)
            {
                result = new JObject(new JProperty("ok", false), new JProperty("error", ShownError(error)));
            }
            result["case"] = given["case"];
            output.WriteLine(result.ToString(Formatting.None));
        }
    }

    private static JObject ShownError(Exception error)
    {
        var kind = Kinds.Where(pair => pair.Key.IsInstanceOfType(error)).Select(pair => pair.Value).FirstOrDefault();
        var failure = (error as PredictException)?.Failure ?? new Failure();
        return new JObject(
            new JProperty("kind", kind ?? "unexpected"),
            new JProperty("message", kind == null ? error.ToString() : error.Message),
            new JProperty("status", failure.Status),
            new JProperty("reason", failure.Reason),
            new JProperty("request_id", failure.RequestId));
    }

    private sealed class Run : IAlgorithmVisitor<JObject>
    {
        private readonly JObject given;

        public Run(JObject given)
        {
            this.given = given;
        }

        public JObject Visit<TRequest, TResponse, TPrediction>(Algorithm<TRequest, TResponse, TPrediction> algorithm)
        {
            using (var client = new PredictClient(OptionsOf(given)))
            using (var source = new CancellationTokenSource())
            {
                if (given["cancel_after_ms"] != null) source.CancelAfter((int)given["cancel_after_ms"]);
                JToken predictions;
                string name;
                double? elapsedMs = null;
                if ((string)given["call"] == "instances")
                {
                    var request = new JObject(new JProperty("instances", given["instances"])).ToObject<TRequest>();
                    var answer = JObject.FromObject(client.PredictAsync(algorithm, request, null, source.Token).GetAwaiter().GetResult());
                    predictions = answer["predictions"];
                    name = (string)answer["modelDisplayName"];
                }
                else
                {
                    var sounds = given["sounds"].Select(sound => SoundOf((JObject)sound)).ToList();
                    var since = Stopwatch.StartNew();
                    var answer = client.PredictSoundsAsync(algorithm, sounds, null, source.Token).GetAwaiter().GetResult();
                    elapsedMs = since.Elapsed.TotalMilliseconds;
                    predictions = JArray.FromObject(answer.Predictions);
                    name = answer.ModelDisplayName;
                }
                var result = new JObject(
                    new JProperty("ok", true), new JProperty("predictions", predictions.Select(one => Shown(one, algorithm.Facts))));
                if (name != null) result["model_display_name"] = name;
                if (elapsedMs != null) result["elapsed_ms"] = elapsedMs;
                return result;
            }
        }
    }

    /// <summary>The error, or the numbers in the order of the contract.</summary>
    private static JToken Shown(JToken prediction, AlgorithmFacts facts)
    {
        if (prediction["error"] != null) return prediction;
        var result = prediction[facts.ResultField];
        return ShownValues(result is JArray ? result.Select(one => (float)one) : facts.ResultNames.Select(one => (float)result[one]));
    }

    internal static JObject ShownValues(IEnumerable<float> numbers) =>
        new JObject(new JProperty("values", Convert.ToBase64String(numbers.SelectMany(BitConverter.GetBytes).ToArray())));

    private static ClientOptions OptionsOf(JObject given)
    {
        var endpoint = given["endpoint"];
        var chosen = given["options"];
        var tokens = given["tokens"].Select(token => (string)token).ToArray();
        return new ClientOptions
        {
            Target = Target.Server((string)endpoint["base_url"]),
            Project = (string)endpoint["project"],
            Location = (string)endpoint["location"],
            Endpoint = (string)endpoint["endpoint"],
            Token = tokens.Length == 1 ? tokens[0] : null,
            TokenProvider = tokens.Length > 1 ? ProviderOf(tokens) : null,
            Headers = given["headers"].ToObject<Dictionary<string, string>>(),
            Calls = new CallOptions
            {
                MaxAttempts = (int)chosen["max_attempts"],
                InitialBackoff = TimeSpan.FromMilliseconds((int)chosen["initial_backoff_ms"]),
                MaxBackoff = TimeSpan.FromMilliseconds((int)chosen["max_backoff_ms"]),
                Deadline = TimeSpan.FromMilliseconds((int)chosen["deadline_ms"]),
                MaxParallelCalls = (int)chosen["max_parallel_calls"],
                MaxInstances = (int?)chosen["max_instances"],
                MaxBodyBytes = (long?)chosen["max_body_bytes"],
            },
        };
    }

    /// <summary>The next one of a list each time that one is refused.</summary>
    private static TokenProvider ProviderOf(string[] tokens)
    {
        var at = 0;
        return (refused, cancellationToken) =>
        {
            lock (tokens)
            {
                if (refused == tokens[at]) at = Math.Min(at + 1, tokens.Length - 1);
                return System.Threading.Tasks.Task.FromResult(tokens[at]);
            }
        };
    }

    private static Sound SoundOf(JObject given)
    {
        var rate = (int?)given["sample_rate_hz"];
        if (given["file"] != null) return Sound.FromFile((string)given["file"]);
        if (given["int16"] != null) return Sound.FromSamples(Raw<short>(given["int16"], 2), rate);
        if (given["float32"] != null) return Sound.FromSamples(Raw<float>(given["float32"], 4), rate);
        if (given["float64"] != null) return Sound.FromSamples(Raw<double>(given["float64"], 8), rate);
        return Sound.FromUri((string)given["uri"], (string)given["token"]);
    }

    internal static T[] Raw<T>(JToken path, int sampleBytes)
    {
        var bytes = File.ReadAllBytes((string)path);
        var samples = new T[bytes.Length / sampleBytes];
        Buffer.BlockCopy(bytes, 0, samples, 0, bytes.Length);
        return samples;
    }
}
