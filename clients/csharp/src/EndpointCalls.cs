// Owns one call of one endpoint: address, token, headers, and every way to fail as an error of PredictException.cs. Must not know
// about repeats.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Tasks;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace PredictSchemata
{
    internal sealed class EndpointCalls : IDisposable
    {
        private readonly HttpClient http;
        private readonly ClientOptions options;
        private readonly string endpointsUrl;
        private readonly TokenGate tokens = new TokenGate();

        public EndpointCalls(ClientOptions options)
        {
            this.options = options;
            foreach (var header in options.Headers) ExpectVisible(header.Key + header.Value, "a header");
            endpointsUrl = options.Target.BaseUrl + "/v1/projects/" + Uri.EscapeDataString(options.Project) + "/locations/"
                + Uri.EscapeDataString(options.Location) + "/endpoints/";
            http = options.Handler == null
                // As many connections as calls: two would be the default of older platforms.
                ? new HttpClient(new HttpClientHandler { MaxConnectionsPerServer = int.MaxValue, AllowAutoRedirect = false })
                : new HttpClient(options.Handler, false);
            // A scope ends the calls.
            http.Timeout = System.Threading.Timeout.InfiniteTimeSpan;
        }

        /// <summary>The answer, which has as many predictions as there are `instances` in the body.</summary>
        public async Task<JObject> PredictAsync(string endpoint, byte[] body, int instances, Scope scope)
        {
            var answer = await AnsweredAsync(Uri.EscapeDataString(endpoint) + ":predict", body, scope).ConfigureAwait(false);
            var predictions = answer["predictions"] as JArray;
            if (predictions?.Count == instances) return answer;
            throw new InvalidAnswerException(
                "Expected a prediction for each of " + instances + " instances, got " + (predictions?.Count.ToString() ?? "none") + ".");
        }

        /// <summary>The endpoint's resource.</summary>
        public Task<JObject> DescribeAsync(string endpoint, Scope scope) => AnsweredAsync(Uri.EscapeDataString(endpoint), null, scope);

        public void Dispose() => http.Dispose();

        private async Task<JObject> AnsweredAsync(string path, byte[] body, Scope scope)
        {
            if (options.TokenProvider == null) return await OnceAsync(path, body, options.Token, scope).ConfigureAwait(false);
            var first = await TokenAsync(null, scope).ConfigureAwait(false);
            try
            {
                return await OnceAsync(path, body, first, scope).ConfigureAwait(false);
            }
            catch (AuthenticationFailedException)
            {
                var fresh = await TokenAsync(first, scope).ConfigureAwait(false);
                if (fresh == first) throw;
                return await OnceAsync(path, body, fresh, scope).ConfigureAwait(false);
            }
        }

        private async Task<string> TokenAsync(string refused, Scope scope)
        {
            try
            {
                return await tokens.AskAsync(options.TokenProvider, refused, scope.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The deadline is an error of its own.
                scope.ThrowIfOver();
                throw;
            }
        }

        private async Task<JObject> OnceAsync(string path, byte[] body, string token, Scope scope)
        {
            scope.ThrowIfOver();
            using (var request = RequestOf(path, body, token))
            {
                HttpResponseMessage answer;
                string text;
                try
                {
                    answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, scope.Token).ConfigureAwait(false);
                    text = await TextOfAsync(answer, scope).ConfigureAwait(false);
                }
                catch (Exception error) when (IsOfTransport(error))
                {
                    scope.ThrowIfOver();
                    throw new ConnectionException("No whole answer came from the server.", error);
                }
                using (answer)
                {
                    var status = (int)answer.StatusCode;
                    var requestId = answer.Headers.TryGetValues("X-Request-Id", out IEnumerable<string> values) ? values.First() : null;
                    var json = Parsed(text);
                    if (!answer.IsSuccessStatusCode)
                    {
                        var retryAfter = AnswerError.RetryAfterOf(answer.Headers.RetryAfter, DateTimeOffset.UtcNow);
                        throw AnswerError.Of(status, json, requestId, retryAfter);
                    }
                    return json as JObject ?? throw new InvalidAnswerException(
                        "Expected a JSON object, got another answer.", new Failure { Status = status, RequestId = requestId });
                }
            }
        }

        private HttpRequestMessage RequestOf(string path, byte[] body, string token)
        {
            var request = new HttpRequestMessage(body == null ? HttpMethod.Get : HttpMethod.Post, endpointsUrl + path);
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("predict-schemata-csharp", Contract.Version));
            request.Headers.ExpectContinue = false;
            if (token != null)
            {
                ExpectVisible(token, "a token");
                request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
            }
            foreach (var header in options.Headers) request.Headers.TryAddWithoutValidation(header.Key, header.Value);
            if (body != null)
            {
                request.Content = new ByteArrayContent(body);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
            }
            return request;
        }

        /// <summary>A line break would begin another header; the platform's own message shows the value.</summary>
        private static void ExpectVisible(string text, string what)
        {
            if (!text.Any(char.IsControl)) return;
            throw new ArgumentException("Expected " + what + " without control characters, got one with a line break or another of them.");
        }

        /// <summary>Reading takes no token on every platform, so that the answer is closed to end it.</summary>
        private static async Task<string> TextOfAsync(HttpResponseMessage answer, Scope scope)
        {
            using (scope.Token.Register(answer.Dispose))
            {
                var bytes = await answer.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
                var announced = answer.Content.Headers.ContentLength;
                if (announced > bytes.Length) throw new IOException("The answer was cut.");
                return Encoding.UTF8.GetString(bytes);
            }
        }

        private static bool IsOfTransport(Exception error) =>
            error is HttpRequestException || error is IOException || error is OperationCanceledException || error is ObjectDisposedException
            || error is System.Net.WebException || error is InvalidOperationException;

        private static JToken Parsed(string text)
        {
            try
            {
                // Texts that look like dates are texts.
                return JToken.ReadFrom(new JsonTextReader(new StringReader(text)) { DateParseHandling = DateParseHandling.None });
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}
