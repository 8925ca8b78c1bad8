// Owns reading a google.rpc.Status (AIP-193), or whatever else a proxy may have sent in its place.
#include "answer_error.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>

namespace predict_schemata {
namespace {

using nlohmann::json;

/// A member that is a text, wherever the path ends.
std::optional<std::string> text_at(const json& value, const char* key) {
  const auto found = value.is_object() ? value.find(key) : value.end();
  if (found == value.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

json member_of(const json& value, const char* key) {
  return value.is_object() ? value.value(key, json()) : json();
}

}  // namespace

std::optional<std::chrono::seconds> retry_after_of(const std::string& header) {
  // Nine digits are thirty years, and fit every integer.
  if (!header.empty() && header.size() <= 9 && header.find_first_not_of("0123456789") == std::string::npos) {
    return std::chrono::seconds(std::stol(header));
  }
  const std::time_t at = curl_getdate(header.c_str(), nullptr);
  if (at < 0) return std::nullopt;
  return std::chrono::seconds(std::max<std::time_t>(0, at - std::time(nullptr)));
}

void throw_error_of(const HttpAnswer& answer) {
  const json error = member_of(json::parse(answer.body, nullptr, false), "error");
  Failure failure{answer.status, {}, answer.request_id, {}};
  for (const auto& detail : member_of(error, "details")) {
    if (!text_at(detail, "reason")) continue;
    failure.reason = text_at(detail, "reason");
    if (!failure.request_id) failure.request_id = text_at(member_of(detail, "metadata"), "requestId");
    break;
  }
  if (answer.retry_after) failure.retry_after = retry_after_of(*answer.retry_after);
  const auto message = text_at(error, "message").value_or("The server answered " + std::to_string(answer.status) + ".");
  switch (answer.status) {
    case 401:
      throw AuthenticationError(message, std::move(failure));
    case 403:
      throw PermissionError(message, std::move(failure));
    case 404:
      throw NotFoundError(message, std::move(failure));
    case 429:
      throw RateLimitError(message, std::move(failure));
    case 503:
      throw UnavailableError(message, std::move(failure));
    case 504:
      throw DeadlineError(message, std::move(failure));
    default:
      if (answer.status >= 500) throw ServerError(message, std::move(failure));
      throw InvalidRequestError(message, std::move(failure));
  }
}

}  // namespace predict_schemata
