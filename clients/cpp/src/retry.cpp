// Owns the arithmetic of waiting.
#include "retry.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace predict_schemata {

bool is_retryable(const PredictError& error) {
  switch (error.kind()) {
    case ErrorKind::rate_limited:
    case ErrorKind::unavailable:
    case ErrorKind::connection:
      return true;
    case ErrorKind::deadline:
      // The server's; the call's own has no status.
      return error.status().has_value();
    default:
      return false;
  }
}

double random_share() {
  thread_local std::mt19937_64 source{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(source);
}

milliseconds backoff(const RetryPolicy& policy, int repeat, std::optional<std::chrono::seconds> asked, double share) {
  const double full =
      std::min<double>(policy.max_backoff.count(), policy.initial_backoff.count() * std::pow(2, repeat));
  const milliseconds own(static_cast<milliseconds::rep>(std::ceil(full * (0.5 + share / 2))));
  return std::max<milliseconds>(own, asked.value_or(std::chrono::seconds::zero()));
}

}  // namespace predict_schemata
