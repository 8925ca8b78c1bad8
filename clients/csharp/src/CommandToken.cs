// Owns tokens from a program's output.
using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace PredictSchemata
{
    public static class CommandToken
    {
        /// <summary>Google's access tokens live for an hour; half of that leaves time for what is under way.</summary>
        private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

        /// <summary>Tokens that a program prints, kept for half an hour.</summary>
        public static TokenProvider Gcloud(string program = "gcloud", string arguments = "auth print-access-token")
        {
            var gate = new SemaphoreSlim(1);
            string kept = null;
            var since = new Stopwatch();
            return async (refused, cancellationToken) =>
            {
                await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
                try
                {
                    if (kept == null || kept == refused || since.Elapsed >= Lifetime)
                    {
                        kept = await Task.Run(() => OutputOf(program, arguments, cancellationToken)).ConfigureAwait(false);
                        since.Restart();
                    }
                    return kept;
                }
                finally
                {
                    gate.Release();
                }
            };
        }

        private static string OutputOf(string program, string arguments, CancellationToken cancellationToken)
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false };
            using (var process = Process.Start(start))
            using (cancellationToken.Register(() => End(process)))
            {
                var output = process.StandardOutput.ReadToEnd().Trim();
                process.WaitForExit();
                cancellationToken.ThrowIfCancellationRequested();
                if (process.ExitCode == 0 && output != "") return output;
                throw new InvalidOperationException(
                    "Expected a token from the command, but it " + (process.ExitCode == 0 ? "printed none" : "failed") + ". Run it in a shell to see why; gcloud wants `gcloud auth login` first.");
            }
        }

        private static void End(Process process)
        {
            try
            {
                process.Kill();
            }
            catch (InvalidOperationException)
            {
                // It has ended already.
            }
        }
    }
}
