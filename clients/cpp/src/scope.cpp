// Owns waiting that ends early, and waking those who wait elsewhere.
#include "scope.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "cancellation_state.hpp"
#include "predict_schemata/errors.hpp"

namespace predict_schemata {
namespace {

/// A clock counts nanoseconds, in which "as long as can be" has no room.
constexpr milliseconds longest = std::chrono::hours(24 * 365);

}  // namespace

Scope::Scope(milliseconds deadline, std::optional<Cancellation> caller)
    : deadline_(deadline),
      ends_at_(std::chrono::steady_clock::now() + std::min(deadline, longest)),
      caller_(std::move(caller)) {
  if (!caller_) return;
  auto& state = *caller_->state_;
  const std::lock_guard lock(state.mutex);
  caller_key_ = state.next_key++;
  state.listeners.emplace(caller_key_, [this] { wake_all(); });
}

Scope::~Scope() {
  if (!caller_) return;
  const std::lock_guard lock(caller_->state_->mutex);
  caller_->state_->listeners.erase(caller_key_);
}

milliseconds Scope::left() const {
  return std::chrono::duration_cast<milliseconds>(ends_at_ - std::chrono::steady_clock::now());
}

void Scope::throw_if_over() const {
  if (caller_ && caller_->cancelled()) throw CancelledError("The call was cancelled.");
  if (left() <= milliseconds::zero()) {
    throw DeadlineError("The call was not done within its deadline of " + std::to_string(deadline_.count()) + " ms.");
  }
  if (aborted_) throw CancelledError("Another part of the call failed.");
}

void Scope::wait(milliseconds time) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::min(time, left()), [this] { return interrupted(); });
  lock.unlock();
  throw_if_over();
}

void Scope::abort() {
  aborted_ = true;
  wake_all();
}

void Scope::wake_all() {
  // Under the mutex: who has just found nothing to stop for waits already, and is notified.
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
  for (const auto& [key, wake] : watches_) wake();
}

Scope::Watch::Watch(Scope& scope, std::function<void()> wake) : scope_(scope) {
  const std::lock_guard lock(scope.mutex_);
  key_ = scope.next_key_++;
  scope.watches_.emplace(key_, std::move(wake));
}

Scope::Watch::~Watch() {
  const std::lock_guard lock(scope_.mutex_);
  scope_.watches_.erase(key_);
}

}  // namespace predict_schemata
