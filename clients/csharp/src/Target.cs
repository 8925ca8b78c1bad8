// Owns where endpoints are: base URLs of a local server and of Vertex AI, with the limits that each is known to have.
using System;

namespace PredictSchemata
{
    /// <summary>Most instances and bytes of one call.</summary>
    public sealed class Limits
    {
        public Limits(int maxInstances, long maxBodyBytes)
        {
            MaxInstances = maxInstances;
            MaxBodyBytes = maxBodyBytes;
        }

        public int MaxInstances { get; }

        public long MaxBodyBytes { get; }
    }

    /// <summary>A base URL, and the limits to keep where the endpoint does not state its own.</summary>
    public sealed class Target
    {
        /// <summary>A server of this project started without limits of its own takes 64 instances and 10 MB.</summary>
        private static readonly Limits ServerLimits = new Limits(64, 10000000);

        /// <summary>https://cloud.google.com/vertex-ai/docs/predictions/choose-endpoint-type: 1.5 MB on shared endpoints, 10 MB on dedicated ones.</summary>
        private static readonly Limits VertexSharedLimits = new Limits(64, 1500000);

        private Target(string baseUrl, Limits limits)
        {
            BaseUrl = baseUrl;
            Limits = limits;
        }

        public string BaseUrl { get; }

        public Limits Limits { get; }

        /// <summary>A server of your own, by default the one that `npm start` runs.</summary>
        /// <exception cref="ArgumentException">The address does not begin with http:// or https://.</exception>
        public static Target Server(string baseUrl = "http://127.0.0.1:8080")
        {
            if (!baseUrl.StartsWith("http://", StringComparison.Ordinal) && !baseUrl.StartsWith("https://", StringComparison.Ordinal))
            {
                throw new ArgumentException("Expected a base URL that begins with http:// or https://, got " + baseUrl + ".");
            }
            return new Target(baseUrl.TrimEnd('/'), ServerLimits);
        }

        /// <summary>A shared public endpoint of Vertex AI.</summary>
        /// <param name="location">For example us-central1.</param>
        public static Target VertexShared(string location) =>
            new Target("https://" + location + "-aiplatform.googleapis.com", VertexSharedLimits);

        /// <summary>A dedicated endpoint of Vertex AI, which has a host of its own.</summary>
        public static Target VertexDedicated(string endpoint, string location, string projectNumber) =>
            new Target("https://" + endpoint + "." + location + "-" + projectNumber + ".prediction.vertexai.goog", ServerLimits);
    }
}
