// Owns the end of a whole call, repeats and waits included: its deadline, the caller who gives up, the failure of one of its parts.
// Must not know what is called.
using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace PredictSchemata
{
    internal sealed class Scope : IDisposable
    {
        private readonly TimeSpan deadline;
        private readonly CancellationToken caller;
        private readonly CancellationTokenSource source;
        private volatile bool aborted;
        private readonly Stopwatch since = Stopwatch.StartNew();

        public Scope(TimeSpan deadline, CancellationToken caller)
        {
            this.deadline = deadline;
            this.caller = caller;
            source = CancellationTokenSource.CreateLinkedTokenSource(caller);
            source.CancelAfter(deadline);
        }

        /// <summary>Until the deadline.</summary>
        public TimeSpan Left => deadline - since.Elapsed;

        /// <summary>Of what is under way: cancelled at the deadline, by the caller and by <see cref="Abort"/>.</summary>
        public CancellationToken Token => source.Token;

        /// <summary>Ends what is under way beside a failure, whose results nobody wants any more.</summary>
        public void Abort()
        {
            aborted = true;
            source.Cancel();
        }

        /// <exception cref="OperationCanceledException">The caller gave up, or a part failed.</exception>
        /// <exception cref="DeadlineException">The deadline passed.</exception>
        public void ThrowIfOver()
        {
            caller.ThrowIfCancellationRequested();
            if (aborted) throw new OperationCanceledException("Another part of the call failed.");
            // A timer may be early by a tick.
            if (source.IsCancellationRequested || Left <= TimeSpan.Zero)
            {
                throw new DeadlineException("The call was not done within its deadline of " + deadline.TotalMilliseconds + " ms.");
            }
        }

        /// <summary>Throws as soon as one is due.</summary>
        public async Task WaitAsync(TimeSpan time)
        {
            try
            {
                await Task.Delay(time, source.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                ThrowIfOver();
                throw;
            }
            ThrowIfOver();
        }

        public void Dispose() => source.Dispose();
    }
}
