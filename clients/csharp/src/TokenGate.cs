// Owns asking a token provider for one call at a time. Must not know what a token is for.
using System.Threading;
using System.Threading.Tasks;

namespace PredictSchemata
{
    /// <summary>
    /// One call asks; those that come meanwhile wait and take its answer, unless it is what they were refused with. A failure is the asking
    /// call's own, since its own end may be the cause: the next one asks anew.
    /// </summary>
    internal sealed class TokenGate
    {
        // Never disposed: no wait handle is made of it, and a client may be disposed while calls wait.
        private readonly SemaphoreSlim turn = new SemaphoreSlim(1);
        private int answers;
        private string last;

        public async Task<string> AskAsync(TokenProvider provider, string refused, CancellationToken cancellationToken)
        {
            var answersBefore = Volatile.Read(ref answers);
            await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (answers != answersBefore && last != refused) return last;
                last = await provider(refused, cancellationToken).ConfigureAwait(false);
                Volatile.Write(ref answers, answers + 1);
                return last;
            }
            finally
            {
                turn.Release();
            }
        }
    }
}
