// Owns what the copies of a Cancellation share. Known to scopes alone.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>

#include "predict_schemata/cancellation.hpp"

namespace predict_schemata {

struct Cancellation::State {
  std::atomic<bool> cancelled{false};
  std::mutex mutex;
  std::uint64_t next_key = 0;
  /// Called once, under the mutex, so that nobody is called after leaving.
  std::map<std::uint64_t, std::function<void()>> listeners;
};

}  // namespace predict_schemata
