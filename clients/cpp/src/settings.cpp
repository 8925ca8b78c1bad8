// Owns the defaults (clients/README.md) and what values make sense.
#include "settings.hpp"

#include <stdexcept>
#include <string>

namespace predict_schemata {
namespace {

template <class Value>
std::optional<Value> first(const std::optional<Value>& one, const std::optional<Value>& other) {
  return one ? one : other;
}

void expect(bool met, const char* option, long long least, long long got) {
  if (met) return;
  throw std::invalid_argument("Expected " + std::string(option) + " of at least " + std::to_string(least) + ", got " +
                              std::to_string(got) + ".");
}

}  // namespace

Settings settings_of(const CallOptions& call, const CallOptions& client) {
  using namespace std::chrono_literals;
  Settings settings{
      {first(call.max_attempts, client.max_attempts).value_or(4),
       first(call.initial_backoff, client.initial_backoff).value_or(250ms),
       first(call.max_backoff, client.max_backoff).value_or(8s)},
      first(call.deadline, client.deadline).value_or(60s),
      first(call.max_parallel_calls, client.max_parallel_calls).value_or(4),
      first(call.max_instances, client.max_instances),
      first(call.max_body_bytes, client.max_body_bytes),
      first(call.cancellation, client.cancellation),
  };
  expect(settings.retries.max_attempts >= 1, "max_attempts", 1, settings.retries.max_attempts);
  expect(settings.retries.initial_backoff >= 0ms, "initial_backoff", 0, settings.retries.initial_backoff.count());
  expect(settings.retries.max_backoff >= 0ms, "max_backoff", 0, settings.retries.max_backoff.count());
  expect(settings.deadline >= 1ms, "deadline", 1, settings.deadline.count());
  expect(settings.max_parallel_calls >= 1, "max_parallel_calls", 1, settings.max_parallel_calls);
  expect(settings.max_instances.value_or(1) >= 1, "max_instances", 1, 0);
  expect(settings.max_body_bytes.value_or(1) >= 1, "max_body_bytes", 1, 0);
  return settings;
}

}  // namespace predict_schemata
