// Owns the tests of what callers may choose.
#include <doctest/doctest.h>

#include <stdexcept>

#include "predict_schemata/predict_client.hpp"
#include "settings.hpp"

using namespace predict_schemata;
using namespace std::chrono_literals;

TEST_CASE("a call's options win over the client's, and these over the defaults") {
  CallOptions client;
  client.max_attempts = 2;
  client.deadline = 5s;
  CallOptions call;
  call.deadline = 7s;
  const auto settings = settings_of(call, client);
  CHECK(settings.deadline == 7s);
  CHECK(settings.retries.max_attempts == 2);
  CHECK(settings.retries.initial_backoff == 250ms);
  CHECK(settings.retries.max_backoff == 8s);
  CHECK(settings.max_parallel_calls == 4);
  CHECK_FALSE(settings.max_instances);
}

TEST_CASE("options that cannot be kept are refused by the client") {
  ClientOptions options;
  options.calls.max_attempts = 0;
  CHECK_THROWS_WITH_AS(PredictClient{options}, "Expected max_attempts of at least 1, got 0.", std::invalid_argument);
  options = {};
  options.calls.max_parallel_calls = -1;
  CHECK_THROWS_AS(PredictClient{options}, std::invalid_argument);
  options = {};
  options.calls.max_body_bytes = 0;
  CHECK_THROWS_AS(PredictClient{options}, std::invalid_argument);
  options = {};
  options.headers["X-Any"] = "a\r\nAuthorization: Bearer b";
  CHECK_THROWS_AS(PredictClient{options}, std::invalid_argument);
}

TEST_CASE("a token with a line break is refused without being shown") {
  ClientOptions options;
  options.token = "secret\n";
  options.calls.max_instances = 1;
  options.calls.max_body_bytes = 1000;
  const PredictClient client(options);
  try {
    client.embed({std::vector<float>(10)});
    FAIL("nothing was thrown");
  } catch (const std::invalid_argument& error) {
    CHECK(std::string(error.what()).find("secret") == std::string::npos);
  }
}

TEST_CASE("targets are the addresses that Vertex AI has") {
  CHECK(server_target().base_url == "http://127.0.0.1:8080");
  CHECK(server_target("https://host/below//").base_url == "https://host/below");
  CHECK_THROWS_WITH_AS(server_target("host:8080"),
                       "Expected a base URL that begins with http:// or https://, got host:8080.",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(server_target("user:secret@host"),
                       "Expected a base URL that begins with http:// or https://, got …@host.", std::invalid_argument);
  const auto shared = vertex_shared_target("us-central1");
  CHECK(shared.base_url == "https://us-central1-aiplatform.googleapis.com");
  CHECK(shared.limits.max_body_bytes == 1'500'000);
  CHECK(vertex_dedicated_target("12", "us-central1", "42").base_url ==
        "https://12.us-central1-42.prediction.vertexai.goog");
}

TEST_CASE("a server that is not there is a lost connection") {
  ClientOptions options;
  // A port that nobody listens on.
  options.target = server_target("http://127.0.0.1:1");
  options.calls.max_attempts = 2;
  options.calls.initial_backoff = 1ms;
  CHECK_THROWS_AS(PredictClient(options).embed({std::vector<float>(10)}), ConnectionError);
  CHECK_THROWS_AS(PredictClient(options).embed_async({std::vector<float>(10)}).get(), ConnectionError);
}

#ifndef _WIN32
TEST_CASE("a token of a program is kept until it is refused") {
  const auto token = gcloud_token("date +%s%N");
  const auto first = token({});
  CHECK(first.find('\n') == std::string::npos);
  CHECK(token({}) == first);
  CHECK(token("another") == first);
  CHECK(token(first) != first);
  CHECK_THROWS_AS(gcloud_token("exit 3")({}), std::runtime_error);
  CHECK_THROWS_AS(gcloud_token("true")({}), std::runtime_error);
}
#endif
