// Owns the tests of what answers become: errors by status, and the generated core's types.
using System;
using System.Net.Http.Headers;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using PredictSchemata.HearContract;

namespace PredictSchemata.Tests
{
    [TestFixture]
    public class AnswersTest
    {
        [TestCase(302, typeof(InvalidRequestException))]
        [TestCase(400, typeof(InvalidRequestException))]
        [TestCase(401, typeof(AuthenticationFailedException))]
        [TestCase(403, typeof(PermissionDeniedException))]
        [TestCase(404, typeof(EndpointNotFoundException))]
        [TestCase(413, typeof(InvalidRequestException))]
        [TestCase(429, typeof(RateLimitedException))]
        [TestCase(500, typeof(ServerException))]
        [TestCase(502, typeof(ServerException))]
        [TestCase(503, typeof(UnavailableException))]
        [TestCase(504, typeof(DeadlineException))]
        public void EachFamilyOfStatusesIsAClassOfItsOwn(int status, Type type)
        {
            var error = AnswerError.Of(status, null, null, null);
            Assert.AreEqual(type, error.GetType());
            Assert.AreEqual(status, error.Failure.Status);
            Assert.AreEqual("The server answered " + status + ".", error.Message);
        }

        [Test]
        public void AnErrorSaysWhatTheAnswerSays()
        {
            var body = JObject.Parse(@"{""error"": {""message"": ""Slower."", ""details"": [{""fieldViolations"": []},
                {""reason"": ""QUEUE_FULL"", ""metadata"": {""requestId"": ""from-body""}}]}}");
            var error = AnswerError.Of(429, body, "from-header", TimeSpan.FromSeconds(7));
            Assert.AreEqual("Slower.", error.Message);
            Assert.AreEqual("QUEUE_FULL", error.Failure.Reason);
            Assert.AreEqual("from-header", error.Failure.RequestId);
            Assert.AreEqual(7, error.Failure.RetryAfter.Value.TotalSeconds);
            Assert.AreEqual("from-body", AnswerError.Of(429, body, null, null).Failure.RequestId);
        }

        [TestCase("[]")]
        [TestCase("7")]
        [TestCase("{\"error\": \"text\"}")]
        [TestCase("{\"error\": {\"details\": 7, \"message\": 7}}")]
        [TestCase("{\"error\": {\"details\": [7, {\"reason\": 7}]}}")]
        public void BodiesOfAnotherFormAreNoReasonToFailOtherwise(string body)
        {
            var error = AnswerError.Of(500, JToken.Parse(body), null, null);
            Assert.IsInstanceOf<ServerException>(error);
            Assert.IsNull(error.Failure.Reason);
        }

        [Test]
        public void RetryAfterIsSecondsOrADate()
        {
            var now = DateTimeOffset.UtcNow;
            Assert.IsNull(AnswerError.RetryAfterOf(null, now));
            Assert.AreEqual(120, AnswerError.RetryAfterOf(new RetryConditionHeaderValue(TimeSpan.FromSeconds(120)), now).Value.TotalSeconds);
            Assert.AreEqual(100, AnswerError.RetryAfterOf(new RetryConditionHeaderValue(now.AddSeconds(100)), now).Value.TotalSeconds);
            Assert.AreEqual(0, AnswerError.RetryAfterOf(new RetryConditionHeaderValue(now.AddSeconds(-100)), now).Value.TotalSeconds);
        }

        [Test]
        public void AllThreeInputsGoThroughTheTypesUnchanged()
        {
            var given = JObject.Parse(@"{""instances"": [{""input_bytes"": ""UklGRg==""}, {""input_array"": [0.5, -1.0, 0.25]},
                {""gcs_uri"": ""gs://b/c.wav"", ""bearer_token"": ""T""}, {""gcs_uri"": ""gs://b/d.wav""}]}");
            var typed = given.ToObject<PredictRequest>();
            Assert.AreEqual(new byte[] { 0x52, 0x49, 0x46, 0x46 }, ((HearInputBytes)typed.Instances[0]).InputBytes);
            Assert.AreEqual(new[] { 0.5f, -1, 0.25f }, ((HearInputArray)typed.Instances[1]).InputArray);
            Assert.AreEqual("T", ((HearGcsUri)typed.Instances[2]).BearerToken);
            Assert.IsNull(((HearGcsUri)typed.Instances[3]).BearerToken);
            Assert.AreEqual(given.ToString(), JObject.FromObject(typed).ToString());
        }

        [Test]
        public void BothOutcomesAreToldApartAReasonOfANewerServerIncluded()
        {
            var predictions = JArray.Parse(@"[{""embedding"": [0.1, 1]}, {""error"": {""reason"": ""NEW"", ""description"": ""?""}}]")
                .ToObject<HearPrediction[]>();
            Assert.AreEqual(new[] { 0.1f, 1 }, ((HearEmbedding)predictions[0]).Embedding);
            Assert.AreEqual("NEW", ((FailedPrediction)predictions[1]).Error.Reason);
            Assert.AreEqual("INVALID_AUDIO", InstanceErrorReason.InvalidAudio);
            Assert.Throws<JsonSerializationException>(() => JObject.Parse(@"{""sound"": 1}").ToObject<HearInstance>());
        }
    }
}
