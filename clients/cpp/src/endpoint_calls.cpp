// Owns the order of a call: token, exchange, once more after a refusal, the answer's form.
#include "endpoint_calls.hpp"

#include <algorithm>
#include <stdexcept>

#include "answer_error.hpp"
#include "predict_schemata/algorithms.hpp"
#include "predict_schemata/errors.hpp"

namespace predict_schemata {
namespace {

/// A line break would begin another header.
void expect_visible(const std::string& text, const char* what) {
  const bool visible =
      std::none_of(text.begin(), text.end(), [](unsigned char byte) { return byte < 32 || byte == 127; });
  if (!visible) {
    throw std::invalid_argument(std::string("Expected ") + what +
                                " without control characters, got one with a line break or another of them.");
  }
}

}  // namespace

EndpointCalls::EndpointCalls(const ClientOptions& options)
    : http_(options.ca_file),
      endpoints_url_(options.target.base_url + "/v1/projects/" + Http::escaped(options.project) + "/locations/" +
                     Http::escaped(options.location) + "/endpoints/"),
      // Bodies of more than 1 MB would otherwise wait for a 100 that no server here sends.
      headers_{"User-Agent: predict-schemata-cpp/" + std::string(version), "Content-Type: application/json",
               "Expect:"} {
  if (const auto* text = std::get_if<std::string>(&options.token)) text_token_ = *text;
  if (const auto* provide = std::get_if<TokenProvider>(&options.token)) {
    token_gate_ = std::make_unique<TokenGate>(*provide);
  }
  for (const auto& [name, value] : options.headers) {
    expect_visible(name + value, "a header");
    // libcurl sends a header without a value only in this form.
    headers_.push_back(value.empty() ? name + ";" : name + ": " + value);
  }
}

nlohmann::json EndpointCalls::predict(const std::string& endpoint, const std::string& body, std::size_t instances,
                                      Scope& scope) {
  auto answer = answered(endpoints_url_ + Http::escaped(endpoint) + ":predict", &body, scope);
  const auto predictions = answer.find("predictions");
  const bool listed = predictions != answer.end() && predictions->is_array();
  if (!listed || predictions->size() != instances) {
    throw InvalidAnswerError("Expected a prediction for each of " + std::to_string(instances) + " instances, got " +
                             (listed ? std::to_string(predictions->size()) : "none") + ".");
  }
  return answer;
}

nlohmann::json EndpointCalls::describe(const std::string& endpoint, Scope& scope) {
  return answered(endpoints_url_ + Http::escaped(endpoint), nullptr, scope);
}

nlohmann::json EndpointCalls::answered(const std::string& url, const std::string* body, Scope& scope) {
  if (!token_gate_) return once(url, body, text_token_, scope);
  const auto first = token_gate_->token({}, scope);
  try {
    return once(url, body, first, scope);
  } catch (const AuthenticationError&) {
    const auto fresh = token_gate_->token(first, scope);
    if (fresh == first) throw;
    return once(url, body, fresh, scope);
  }
}

nlohmann::json EndpointCalls::once(const std::string& url, const std::string* body,
                                   const std::optional<std::string>& token, Scope& scope) {
  HttpRequest request{url, headers_, body};
  if (token) {
    expect_visible(*token, "a token");
    request.headers.push_back("Authorization: Bearer " + *token);
  }
  const auto answer = http_.send(request, scope);
  if (answer.status < 200 || answer.status > 299) throw_error_of(answer);
  auto json = nlohmann::json::parse(answer.body, nullptr, false);
  if (!json.is_object()) {
    throw InvalidAnswerError("Expected a JSON object, got another answer.", {answer.status, {}, answer.request_id, {}});
  }
  return json;
}

}  // namespace predict_schemata
