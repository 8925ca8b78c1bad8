// Owns a server's place below a client: answers without a network.
using System;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace PredictSchemata.Tests
{
    internal sealed class AnsweringHandler : HttpMessageHandler
    {
        /// <summary>To a call of one instance.</summary>
        public const string OneFailure = @"{""predictions"": [{""error"": {""reason"": ""R"", ""description"": ""d""}}]}";

        private readonly Func<HttpRequestMessage, HttpResponseMessage> answer;

        public AnsweringHandler(Func<HttpRequestMessage, HttpResponseMessage> answer)
        {
            this.answer = answer;
        }

        public static HttpResponseMessage Json(HttpStatusCode status, string body) =>
            new HttpResponseMessage(status) { Content = new StringContent(body) };

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer(request));
    }
}
