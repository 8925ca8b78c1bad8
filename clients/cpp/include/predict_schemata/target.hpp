// Owns where endpoints are: base URLs of a local server and of Vertex AI, with the limits that each is known to have.
#pragma once
#include <cstddef>
#include <string>

namespace predict_schemata {

/// Most instances and bytes of one call.
struct Limits {
  std::size_t max_instances;
  std::size_t max_body_bytes;
};

/// A base URL, and the limits to keep where the endpoint does not state its own.
struct Target {
  std::string base_url;
  Limits limits;
};

/// A server of your own, by default the one that `npm start` runs.
/// Throws std::invalid_argument unless the address begins with http:// or https://.
Target server_target(std::string base_url = "http://127.0.0.1:8080");

/// A shared public endpoint of Vertex AI. `location` is, for example, us-central1.
Target vertex_shared_target(const std::string& location);

/// A dedicated endpoint of Vertex AI, which has a host of its own.
Target vertex_dedicated_target(const std::string& endpoint, const std::string& location,
                               const std::string& project_number);

}  // namespace predict_schemata
