// Owns one call of one endpoint: address, token, headers, and every way to fail as an error of errors.hpp. Must not
// know about repeats.
#pragma once
#include <cstddef>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "http.hpp"
#include "predict_schemata/options.hpp"
#include "token_gate.hpp"

namespace predict_schemata {

class EndpointCalls {
 public:
  /// Throws std::invalid_argument for a header or token that no request can carry.
  explicit EndpointCalls(const ClientOptions& options);

  /// The answer, which has as many predictions as there are `instances` in the body. Throws PredictError.
  nlohmann::json predict(const std::string& endpoint, const std::string& body, std::size_t instances, Scope& scope);

  /// The endpoint's resource. Throws PredictError.
  nlohmann::json describe(const std::string& endpoint, Scope& scope);

 private:
  nlohmann::json answered(const std::string& url, const std::string* body, Scope& scope);
  nlohmann::json once(const std::string& url, const std::string* body, const std::optional<std::string>& token, Scope&);

  Http http_;
  std::string endpoints_url_;
  std::vector<std::string> headers_;
  std::optional<std::string> text_token_;
  std::unique_ptr<TokenGate> token_gate_;
};

}  // namespace predict_schemata
