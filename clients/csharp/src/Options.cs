// Owns what callers may choose, for a client or for one call, and the defaults (clients/README.md).
using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace PredictSchemata
{
    /// <summary>
    /// Gives a bearer token. `refused` is the one that the server has just answered with 401, or null: give a fresh one then. A client asks before
    /// each call, and one question at a time: calls that wait meanwhile take its answer. `cancellationToken` ends with the call that asks.
    /// </summary>
    public delegate Task<string> TokenProvider(string refused, CancellationToken cancellationToken);

    /// <summary>What is null is the client's; what is null there, the default.</summary>
    public sealed class CallOptions
    {
        /// <summary>With the first one; 4 by default.</summary>
        public int? MaxAttempts { get; set; }

        /// <summary>250 ms by default, doubled with each repeat.</summary>
        public TimeSpan? InitialBackoff { get; set; }

        /// <summary>8 s by default.</summary>
        public TimeSpan? MaxBackoff { get; set; }

        /// <summary>Ends the whole call, repeats and waits included; 60 s by default.</summary>
        public TimeSpan? Deadline { get; set; }

        /// <summary>Calls under way at once; 4 by default.</summary>
        public int? MaxParallelCalls { get; set; }

        /// <summary>What the endpoint's labels say by default.</summary>
        public int? MaxInstances { get; set; }

        /// <summary>What the endpoint's labels say by default.</summary>
        public long? MaxBodyBytes { get; set; }
    }

    public sealed class ClientOptions
    {
        public Target Target { get; set; } = Target.Server();

        public string Project { get; set; } = "demo";

        public string Location { get; set; } = "us-central1";

        /// <summary>The algorithm's name when null.</summary>
        public string Endpoint { get; set; }

        /// <summary>A bearer token; <see cref="TokenProvider"/> wins.</summary>
        public string Token { get; set; }

        public TokenProvider TokenProvider { get; set; }

        /// <summary>Sent with every request.</summary>
        public IDictionary<string, string> Headers { get; set; } = new Dictionary<string, string>();

        /// <summary>For every call that does not say otherwise.</summary>
        public CallOptions Calls { get; set; } = new CallOptions();

        /// <summary>Another way to the server, for example with a certificate or a proxy of its own. The caller disposes it.</summary>
        public HttpMessageHandler Handler { get; set; }
    }

    /// <summary>The options of one call with every gap filled.</summary>
    internal sealed class Settings
    {
        public int MaxAttempts;
        public TimeSpan InitialBackoff;
        public TimeSpan MaxBackoff;
        public TimeSpan Deadline;
        public int MaxParallelCalls;
        public int? MaxInstances;
        public long? MaxBodyBytes;

        /// <exception cref="ArgumentException">Names what cannot be kept.</exception>
        public static Settings Of(CallOptions call, CallOptions client)
        {
            call = call ?? new CallOptions();
            var settings = new Settings
            {
                MaxAttempts = call.MaxAttempts ?? client.MaxAttempts ?? 4,
                InitialBackoff = call.InitialBackoff ?? client.InitialBackoff ?? TimeSpan.FromMilliseconds(250),
                MaxBackoff = call.MaxBackoff ?? client.MaxBackoff ?? TimeSpan.FromSeconds(8),
                Deadline = call.Deadline ?? client.Deadline ?? TimeSpan.FromSeconds(60),
                MaxParallelCalls = call.MaxParallelCalls ?? client.MaxParallelCalls ?? 4,
                MaxInstances = call.MaxInstances ?? client.MaxInstances,
                MaxBodyBytes = call.MaxBodyBytes ?? client.MaxBodyBytes,
            };
            Expect("MaxAttempts", 1, settings.MaxAttempts);
            Expect("InitialBackoff in ms", 0, settings.InitialBackoff.TotalMilliseconds);
            Expect("MaxBackoff in ms", 0, settings.MaxBackoff.TotalMilliseconds);
            Expect("Deadline in ms", 1, settings.Deadline.TotalMilliseconds);
            Expect("MaxParallelCalls", 1, settings.MaxParallelCalls);
            Expect("MaxInstances", 1, settings.MaxInstances ?? 1);
            Expect("MaxBodyBytes", 1, settings.MaxBodyBytes ?? 1);
            return settings;
        }

        private static void Expect(string option, double least, double got)
        {
            if (got < least) throw new ArgumentException("Expected " + option + " of at least " + least + ", got " + got + ".");
        }
    }
}
