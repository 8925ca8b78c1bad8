// Owns when a call is repeated and how long is waited before. Must not know what is called.
#pragma once
#include <chrono>
#include <optional>

#include "predict_schemata/errors.hpp"
#include "scope.hpp"

namespace predict_schemata {

struct RetryPolicy {
  /// The first one counts.
  int max_attempts;
  milliseconds initial_backoff;
  milliseconds max_backoff;
};

/// 429, 503, 504 and lost connections; predicting the same twice does no harm.
bool is_retryable(const PredictError& error);

/// From 0 to below 1.
double random_share();

/// Half to all of a time that doubles with each repeat, so that clients that failed together do not return together;
/// never less than the server asked for. `repeat` is 0 before the first one, `share` from 0 to below 1.
milliseconds backoff(const RetryPolicy& policy, int repeat, std::optional<std::chrono::seconds> asked,
                     double share = random_share());

/// Runs `attempt` until it succeeds, fails for good, or the next wait would not end before the deadline.
template <class Attempt>
auto with_retries(const RetryPolicy& policy, Scope& scope, Attempt attempt) -> decltype(attempt()) {
  for (int repeat = 0;; ++repeat) {
    milliseconds wait{};
    try {
      return attempt();
    } catch (const PredictError& error) {
      wait = backoff(policy, repeat, error.retry_after());
      if (!is_retryable(error) || repeat + 1 >= policy.max_attempts || wait >= scope.left()) throw;
    }
    scope.wait(wait);
  }
}

}  // namespace predict_schemata
