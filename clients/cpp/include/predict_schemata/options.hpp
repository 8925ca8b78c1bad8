// Owns what callers may choose, for a client or for one call.
#pragma once
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "predict_schemata/cancellation.hpp"
#include "predict_schemata/target.hpp"
#include "predict_schemata/token.hpp"

namespace predict_schemata {

/// What is missing is the client's; what is missing there, the default.
struct CallOptions {
  /// With the first one; 4 by default.
  std::optional<int> max_attempts;
  /// 250 ms by default, doubled with each repeat.
  std::optional<std::chrono::milliseconds> initial_backoff;
  /// 8 s by default.
  std::optional<std::chrono::milliseconds> max_backoff;
  /// Ends the whole call, repeats and waits included; 60 s by default.
  std::optional<std::chrono::milliseconds> deadline;
  /// Calls under way at once; 4 by default.
  std::optional<int> max_parallel_calls;
  /// What the endpoint's labels say by default.
  std::optional<std::size_t> max_instances;
  std::optional<std::size_t> max_body_bytes;
  std::optional<Cancellation> cancellation;
};

struct ClientOptions {
  Target target = server_target();
  std::string project = "demo";
  std::string location = "us-central1";
  /// The algorithm's name when empty.
  std::string endpoint;
  Token token;
  /// Sent with every request.
  std::map<std::string, std::string> headers;
  /// A PEM file with the certificates to trust instead of the platform's; for a server with one of its own.
  std::string ca_file;
  /// For every call that does not say otherwise.
  CallOptions calls;
};

}  // namespace predict_schemata
