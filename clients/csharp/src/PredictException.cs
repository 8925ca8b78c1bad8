// Owns the errors of a call: one class for each family of statuses and one for each way to get no answer. Must not know how calls
// are made. A call that its caller gave up ends, as everywhere in .NET, as OperationCanceledException.
using System;

namespace PredictSchemata
{
    /// <summary>Facts about a failure; each is null where there was no answer to read it from.</summary>
    public sealed class Failure
    {
        public int? Status { get; set; }

        /// <summary>A reason of the contract's fixed list.</summary>
        public string Reason { get; set; }

        /// <summary>For the operator, who finds the cause in the log under it.</summary>
        public string RequestId { get; set; }

        /// <summary>How long the server asked to wait.</summary>
        public TimeSpan? RetryAfter { get; set; }
    }

    /// <summary>A call that failed for good. Its class says what kind of failure it is.</summary>
    public abstract class PredictException : Exception
    {
        protected PredictException(string message, Failure failure, Exception cause) : base(message, cause)
        {
            Failure = failure ?? new Failure();
        }

        public Failure Failure { get; }
    }

    /// <summary>400, 405, 413, 415 and other 4xx: the same call fails again.</summary>
    public sealed class InvalidRequestException : PredictException
    {
        public InvalidRequestException(string message, Failure failure = null) : base(message, failure, null) { }
    }

    /// <summary>401: no token, or one that is not accepted.</summary>
    public sealed class AuthenticationFailedException : PredictException
    {
        public AuthenticationFailedException(string message, Failure failure = null) : base(message, failure, null) { }
    }

    /// <summary>403: the token is not for this endpoint.</summary>
    public sealed class PermissionDeniedException : PredictException
    {
        public PermissionDeniedException(string message, Failure failure = null) : base(message, failure, null) { }
    }

    /// <summary>404: no such endpoint.</summary>
    public sealed class EndpointNotFoundException : PredictException
    {
        public EndpointNotFoundException(string message, Failure failure = null) : base(message, failure, null) { }
    }

    /// <summary>429, after all repeats.</summary>
    public sealed class RateLimitedException : PredictException
    {
        public RateLimitedException(string message, Failure failure = null) : base(message, failure, null) { }
    }

    /// <summary>503, after all repeats.</summary>
    public sealed class UnavailableException : PredictException
    {
        public UnavailableException(string message, Failure failure = null) : base(message, failure, null) { }
    }

    /// <summary>500 and other 5xx: a failure of the server that is not repeated.</summary>
    public sealed class ServerException : PredictException
    {
        public ServerException(string message, Failure failure = null) : base(message, failure, null) { }
    }

    /// <summary>504 after all repeats, or the deadline of the call passed (then without a status).</summary>
    public sealed class DeadlineException : PredictException
    {
        public DeadlineException(string message, Failure failure = null) : base(message, failure, null) { }
    }

    /// <summary>No answer, or one that was cut, after all repeats.</summary>
    public sealed class ConnectionException : PredictException
    {
        public ConnectionException(string message, Exception cause = null) : base(message, null, cause) { }
    }

    /// <summary>A success whose body does not keep the contract.</summary>
    public sealed class InvalidAnswerException : PredictException
    {
        public InvalidAnswerException(string message, Failure failure = null, Exception cause = null) : base(message, failure, cause) { }
    }
}
