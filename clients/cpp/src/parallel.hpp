// Owns running tasks side by side within a bound. Must not know what they do.
#pragma once
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "scope.hpp"

namespace predict_schemata {

/// Runs `run(item)` on each item, at most `limit` at once. The first failure aborts the scope, which ends the others,
/// and is thrown.
template <class Item, class Run>
void parallel(const std::vector<Item>& items, int limit, Scope& scope, Run run) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  const auto lane = [&] {
    for (std::size_t index = next++; index < items.size(); index = next++) {
      try {
        run(items[index]);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (failure) return;
        failure = std::current_exception();
        next = items.size();
        scope.abort();
      }
    }
  };
  // The caller's thread is a lane, too.
  std::vector<std::thread> others;
  try {
    for (std::size_t count = 1; count < static_cast<std::size_t>(limit) && count < items.size(); ++count) {
      others.emplace_back(lane);
    }
  } catch (const std::system_error&) {
    // A platform that gives no more threads has those that there are.
  }
  lane();
  for (auto& other : others) other.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace predict_schemata
