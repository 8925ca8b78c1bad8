// Owns the tests of how often an endpoint is asked for its limits.
using System.Net;
using System.Net.Http;
using System.Threading;
using NUnit.Framework;

namespace PredictSchemata.Tests
{
    [TestFixture]
    public class LimitsTest
    {
        [TestCase(200, @"{""labels"": {""max_instances"": ""1"", ""max_body_bytes"": ""9000""}}", 1)]
        [TestCase(200, @"{""labels"": {""team"": ""sound""}}", 1)]
        [TestCase(200, @"{""labels"": {""max_instances"": {}, ""max_body_bytes"": ""9000""}}", 1)]
        [TestCase(200, "{}", 1)]
        [TestCase(200, "<html>", 1)]
        [TestCase(403, "{}", 1)]
        [TestCase(405, "{}", 1)]
        [TestCase(404, "{}", 2)]
        [TestCase(429, "{}", 2)]
        [TestCase(500, "{}", 2)]
        public void WhatAnEndpointSaysOfThemIsAskedOnce(int status, string body, int wantDescribed)
        {
            var described = 0;
            var predicted = 0;
            var handler = new AnsweringHandler(request =>
            {
                if (request.Method == HttpMethod.Get)
                {
                    Interlocked.Increment(ref described);
                    return AnsweringHandler.Json((HttpStatusCode)status, body);
                }
                Interlocked.Increment(ref predicted);
                return AnsweringHandler.Json(HttpStatusCode.OK, AnsweringHandler.OneFailure);
            });
            using (var client = new PredictClient(new ClientOptions { Handler = handler }))
            {
                for (var call = 0; call < 2; call++)
                {
                    client.EmbedAsync(new[] { Sound.FromBytes(new byte[1]) }).GetAwaiter().GetResult();
                }
            }
            Assert.AreEqual(wantDescribed, described);
            Assert.AreEqual(2, predicted);
        }
    }
}
