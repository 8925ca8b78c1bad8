// Owns the options of one call with every gap filled.
#pragma once
#include <chrono>
#include <optional>

#include "predict_schemata/options.hpp"
#include "retry.hpp"

namespace predict_schemata {

struct Settings {
  RetryPolicy retries;
  std::chrono::milliseconds deadline;
  int max_parallel_calls;
  std::optional<std::size_t> max_instances;
  std::optional<std::size_t> max_body_bytes;
  std::optional<Cancellation> cancellation;
};

/// Throws std::invalid_argument that names what cannot be kept.
Settings settings_of(const CallOptions& call, const CallOptions& client);

}  // namespace predict_schemata
