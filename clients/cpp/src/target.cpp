// Owns the limits of each kind of endpoint.
#include "predict_schemata/target.hpp"

#include <stdexcept>

namespace predict_schemata {
namespace {

/// A server of this project started without limits of its own takes 64 instances and 10 MB.
constexpr Limits server_limits{64, 10'000'000};
/// https://cloud.google.com/vertex-ai/docs/predictions/choose-endpoint-type: 1.5 MB on shared endpoints, 10 MB on
/// dedicated ones.
constexpr Limits vertex_shared_limits{64, 1'500'000};

}  // namespace

Target server_target(std::string base_url) {
  if (base_url.rfind("http://", 0) != 0 && base_url.rfind("https://", 0) != 0) {
    // What stands before an @ may be a password.
    const auto at = base_url.rfind('@');
    const auto shown = at == std::string::npos ? base_url : "…" + base_url.substr(at);
    throw std::invalid_argument("Expected a base URL that begins with http:// or https://, got " + shown + ".");
  }
  while (base_url.back() == '/') base_url.pop_back();
  return {base_url, server_limits};
}

Target vertex_shared_target(const std::string& location) {
  return {"https://" + location + "-aiplatform.googleapis.com", vertex_shared_limits};
}

Target vertex_dedicated_target(const std::string& endpoint, const std::string& location,
                               const std::string& project_number) {
  return {"https://" + endpoint + "." + location + "-" + project_number + ".prediction.vertexai.goog", server_limits};
}

}  // namespace predict_schemata
