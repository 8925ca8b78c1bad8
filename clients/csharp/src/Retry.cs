// Owns when a call is repeated and how long is waited before. Must not know what is called.
using System;
using System.Threading.Tasks;

namespace PredictSchemata
{
    internal static class Retry
    {
        private static readonly Random Source = new Random();

        /// <summary>429, 503, 504 and lost connections; predicting the same twice does no harm.</summary>
        public static bool IsRetryable(PredictException error) =>
            error is RateLimitedException || error is UnavailableException || error is ConnectionException
            // The server's deadline; the call's own has no status.
            || (error is DeadlineException && error.Failure.Status != null);

        /// <summary>From 0 to below 1.</summary>
        public static double RandomShare()
        {
            lock (Source) return Source.NextDouble();
        }

        /// <summary>
        /// Half to all of a time that doubles with each repeat, so that clients that failed together do not return together; never less than the
        /// server asked for.
        /// </summary>
        /// <param name="repeat">0 before the first repeat.</param>
        public static TimeSpan Backoff(Settings settings, int repeat, TimeSpan? asked, double share)
        {
            var fullMs = Math.Min(settings.MaxBackoff.TotalMilliseconds, settings.InitialBackoff.TotalMilliseconds * Math.Pow(2, repeat));
            var own = TimeSpan.FromMilliseconds(Math.Ceiling(fullMs * (0.5 + share / 2)));
            return asked > own ? asked.Value : own;
        }

        /// <summary>Runs `attempt` until it succeeds, fails for good, or the next wait would not end before the deadline.</summary>
        public static async Task<T> RunAsync<T>(Settings settings, Scope scope, Func<Task<T>> attempt)
        {
            for (var repeat = 0; ; repeat++)
            {
                TimeSpan wait;
                try
                {
                    return await attempt().ConfigureAwait(false);
                }
                catch (PredictException error)
                {
                    wait = Backoff(settings, repeat, error.Failure.RetryAfter, RandomShare());
                    if (!IsRetryable(error) || repeat + 1 >= settings.MaxAttempts || wait >= scope.Left) throw;
                }
                await scope.WaitAsync(wait).ConfigureAwait(false);
            }
        }
    }
}
