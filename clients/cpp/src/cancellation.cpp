// Owns telling everyone who waits that a caller gave up.
#include "predict_schemata/cancellation.hpp"

#include "cancellation_state.hpp"

namespace predict_schemata {

Cancellation::Cancellation() : state_(std::make_shared<State>()) {}

void Cancellation::cancel() noexcept {
  state_->cancelled = true;
  const std::lock_guard lock(state_->mutex);
  for (const auto& [key, listener] : state_->listeners) listener();
}

bool Cancellation::cancelled() const noexcept {
  return state_->cancelled;
}

}  // namespace predict_schemata
