// Owns the tests of what a client asks an endpoint about its limits, and keeps of the answer.
#include <doctest/doctest.h>

#include "predict_schemata/predict_client.hpp"

#ifndef _WIN32
#include "local_server.hpp"

using namespace predict_schemata;

namespace {

/// As many predictions as there are instances in a request.
std::string predictions_for(const std::string& request) {
  const std::string field(Hear::facts.file_field);
  std::string list;
  for (auto at = request.find(field); at != std::string::npos; at = request.find(field, at + 1)) {
    list += (list.empty() ? "" : ",") + std::string(R"({"error":{"reason":"ANY","description":"any"}})");
  }
  return R"({"predictions":[)" + list + "]}";
}

struct Asked {
  int descriptions = 0;
  int predictions = 0;
};

/// What a server is asked by a client that sends two sounds, and sends them again.
Asked asked_of_server(const LocalServer::Answer& description, const CallOptions& calls = {}) {
  Asked asked;
  const LocalServer server([&](const std::string& request) -> LocalServer::Answer {
    if (request.rfind("GET ", 0) == 0) {
      ++asked.descriptions;
      return description;
    }
    ++asked.predictions;
    return {200, predictions_for(request)};
  });
  ClientOptions options;
  options.target = server_target(server.url());
  options.calls = calls;
  const PredictClient client(options);
  const std::vector<float> silence(10);
  for (int call = 0; call < 2; ++call) CHECK(client.embed({silence, silence}).predictions.size() == 2);
  return asked;
}

}  // namespace

TEST_CASE("an endpoint is described once when its answer stands, and once a call when it may pass") {
  struct Case {
    LocalServer::Answer description;
    int descriptions;
    int predictions;
  };
  const Case cases[] = {
      {{200, R"({"labels":{"max_instances":"1","max_body_bytes":"1000"}})"}, 1, 4},
      {{200, R"({"labels":{"max_instances":"1"}})"}, 1, 2},
      {{200, R"({"labels":{"max_instances":"many","max_body_bytes":"0"}})"}, 1, 2},
      {{200, "{}"}, 1, 2},
      {{200, "<html>"}, 1, 2},
      {{403, ""}, 1, 2},
      {{404, ""}, 1, 2},
      {{405, ""}, 1, 2},
      {{401, ""}, 2, 2},
      {{429, ""}, 2, 2},
      {{500, ""}, 2, 2},
      {{503, ""}, 2, 2},
  };
  for (const auto& [description, descriptions, predictions] : cases) {
    CAPTURE(description.status);
    CAPTURE(description.body);
    const auto asked = asked_of_server(description);
    CHECK(asked.descriptions == descriptions);
    CHECK(asked.predictions == predictions);
  }
}

TEST_CASE("an endpoint is not described when its limits are given") {
  CallOptions calls;
  calls.max_instances = 1;
  CHECK(asked_of_server({200, "{}"}, calls).descriptions == 1);
  calls.max_body_bytes = 1000;
  const auto asked = asked_of_server({200, "{}"}, calls);
  CHECK(asked.descriptions == 0);
  CHECK(asked.predictions == 4);
}
#endif
