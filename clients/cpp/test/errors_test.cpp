// Owns the tests of what an answer that is no success becomes.
#include <doctest/doctest.h>

#include <ctime>

#include "answer_error.hpp"

using namespace predict_schemata;
using namespace std::chrono_literals;

namespace {

constexpr const char* body =
    R"({"error": {"code": 429, "message": "Slower.", "status": "RESOURCE_EXHAUSTED", "details": [
  {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": []},
  {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "QUEUE_FULL", "metadata": {"requestId": "from-body"}}]}})";

PredictError error_of(const HttpAnswer& answer) {
  try {
    throw_error_of(answer);
  } catch (const PredictError& error) {
    return error;
  }
}

}  // namespace

TEST_CASE("each family of statuses is a kind of its own") {
  const std::pair<int, const char*> cases[] = {
      {302, "invalid_request"}, {400, "invalid_request"}, {401, "authentication"},  {403, "permission"},
      {404, "not_found"},       {413, "invalid_request"}, {418, "invalid_request"}, {429, "rate_limited"},
      {500, "server"},          {502, "server"},          {503, "unavailable"},     {504, "deadline"},
  };
  for (const auto& [status, kind] : cases) {
    const auto error = error_of({status, "<html>", {}, {}});
    CHECK(name_of(error.kind()) == kind);
    CHECK(error.status() == status);
    CHECK(error.what() == "The server answered " + std::to_string(status) + ".");
  }
  CHECK_THROWS_AS(throw_error_of({429, body, {}, {}}), RateLimitError);
}

TEST_CASE("an error says what the answer says") {
  const auto error = error_of({429, body, "from-header", "7"});
  CHECK(std::string(error.what()) == "Slower.");
  CHECK(error.reason() == "QUEUE_FULL");
  CHECK(error.request_id() == "from-header");
  CHECK(error.retry_after() == 7s);
  CHECK(error_of({429, body, {}, {}}).request_id() == "from-body");
}

TEST_CASE("bodies of another form are no reason to fail otherwise") {
  for (const auto* text : {"", "[]", "7", R"({"error": "text"})", R"({"error": {"details": 7, "message": 7}})",
                           R"({"error": {"details": [7, {"reason": 7}]}})"}) {
    const auto error = error_of({500, text, {}, "soon"});
    CHECK(error.kind() == ErrorKind::server);
    CHECK_FALSE(error.reason());
    CHECK_FALSE(error.retry_after());
  }
}

TEST_CASE("Retry-After is seconds or a date") {
  CHECK(retry_after_of("0") == 0s);
  CHECK(retry_after_of("120") == 120s);
  CHECK_FALSE(retry_after_of("99999999999999999999"));
  CHECK_FALSE(retry_after_of("-1"));
  CHECK_FALSE(retry_after_of(""));
  CHECK(retry_after_of("Wed, 21 Oct 2015 07:28:00 GMT") == 0s);
  const std::time_t later = std::time(nullptr) + 100;
  char date[64];
  std::strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", std::gmtime(&later));
  const auto wait = retry_after_of(date);
  REQUIRE(wait);
  CHECK(*wait > 50s);
  CHECK(*wait <= 100s);
}
