// Owns turning an answer that is no success into its error: a google.rpc.Status (AIP-193), or whatever else a proxy may have sent.
using System;
using System.Linq;
using System.Net.Http.Headers;
using Newtonsoft.Json.Linq;

namespace PredictSchemata
{
    internal static class AnswerError
    {
        public static PredictException Of(int status, JToken body, string requestId, TimeSpan? retryAfter)
        {
            var error = Member(body, "error");
            var details = Member(error, "details") as JArray;
            var info = details?.FirstOrDefault(detail => Text(detail, "reason") != null);
            var failure = new Failure
            {
                Status = status,
                Reason = Text(info, "reason"),
                RequestId = requestId ?? Text(Member(info, "metadata"), "requestId"),
                RetryAfter = retryAfter,
            };
            var message = Text(error, "message") ?? "The server answered " + status + ".";
            switch (status)
            {
                case 401: return new AuthenticationFailedException(message, failure);
                case 403: return new PermissionDeniedException(message, failure);
                case 404: return new EndpointNotFoundException(message, failure);
                case 429: return new RateLimitedException(message, failure);
                case 503: return new UnavailableException(message, failure);
                case 504: return new DeadlineException(message, failure);
                default:
                    if (status >= 500) return new ServerException(message, failure);
                    return new InvalidRequestException(message, failure);
            }
        }

        /// <summary>Of the header's seconds or date (RFC 9110, section 10.2.3).</summary>
        public static TimeSpan? RetryAfterOf(RetryConditionHeaderValue header, DateTimeOffset now)
        {
            if (header == null) return null;
            if (header.Delta != null) return header.Delta;
            return header.Date > now ? header.Date - now : TimeSpan.Zero;
        }

        private static JToken Member(JToken value, string key) => (value as JObject)?[key];

        private static string Text(JToken value, string key)
        {
            var member = Member(value, key);
            return member?.Type == JTokenType.String ? (string)member : null;
        }
    }
}
