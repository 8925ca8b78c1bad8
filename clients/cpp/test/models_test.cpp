// Owns the tests of the generated core: what it reads and writes is the contract's.
#include <doctest/doctest.h>

#include "predict_schemata/predict_client.hpp"

using namespace predict_schemata;
using nlohmann::json;

TEST_CASE("all three inputs go through the types unchanged") {
  const auto request = json::parse(R"({"instances": [
    {"input_bytes": "UklGRg=="}, {"input_array": [0.5, -1, 0.25]},
    {"gcs_uri": "gs://b/c.wav", "bearer_token": "T"}, {"gcs_uri": "gs://b/d.wav"}]})");
  const auto typed = request.get<Hear::Request>();
  REQUIRE(typed.instances.size() == 4);
  CHECK(std::get<hear::HearInputBytes>(typed.instances[0]).input_bytes == "UklGRg==");
  CHECK(std::get<hear::HearInputArray>(typed.instances[1]).input_array == std::vector<float>{0.5F, -1, 0.25F});
  CHECK(std::get<hear::HearGcsUri>(typed.instances[2]).bearer_token == "T");
  CHECK_FALSE(std::get<hear::HearGcsUri>(typed.instances[3]).bearer_token);
  CHECK(json(typed) == request);
}

TEST_CASE("floats go out with every bit") {
  Hear::Request request;
  request.instances = {hear::HearInputArray{{0.1F, 1e-30F, 16777216.0F}}};
  const auto back = json::parse(json(request).dump()).get<Hear::Request>();
  CHECK(std::get<hear::HearInputArray>(back.instances[0]).input_array == std::vector<float>{0.1F, 1e-30F, 16777216.0F});
}

TEST_CASE("both outcomes are told apart, a reason of a newer server included") {
  const auto predictions = json::parse(R"([{"embedding": [0.5, 1]}, {"error": {"reason": "NEW", "description": "?"}}])")
                               .get<std::vector<Hear::Prediction>>();
  CHECK(std::get<hear::HearEmbedding>(predictions[0]).embedding == std::vector<float>{0.5F, 1});
  CHECK(std::get<hear::FailedPrediction>(predictions[1]).error.reason == "NEW");
  CHECK(std::string(hear::InstanceErrorReasons::invalid_audio) == "INVALID_AUDIO");
}

TEST_CASE("what the contract has not is refused") {
  CHECK_THROWS_AS(json::parse(R"({"sound": 1})").get<Hear::Instance>(), json::exception);
  CHECK_THROWS_AS(json::parse(R"({"input_array": ["a"]})").get<Hear::Instance>(), json::exception);
  CHECK_THROWS_AS(json::parse(R"({"error": {"reason": "X"}})").get<Hear::Prediction>(), json::exception);
}

TEST_CASE("an algorithm is found by its name") {
  CHECK(with_algorithm("hear-events", [](auto algorithm) { return decltype(algorithm)::result_names.size(); }) == 8);
  CHECK(with_algorithm("hear", [](auto algorithm) { return decltype(algorithm)::facts.sample_rate_hz; }) == 16000);
  CHECK_THROWS_AS(with_algorithm("sing", [](auto) {}), std::invalid_argument);
}
