// Owns who asks, who waits and who is woken.
#include "token_gate.hpp"

namespace predict_schemata {

std::string TokenGate::token(const std::optional<std::string>& refused, Scope& scope) {
  // Made and ended outside the lock: a scope wakes under its own.
  const Scope::Watch watch(scope, [this] {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  });
  {
    std::unique_lock lock(mutex_);
    const auto answers_before = answers_;
    ++waiting_;
    while (asking_ && !scope.over()) changed_.wait_for(lock, scope.left());
    --waiting_;
    scope.throw_if_over();
    if (answers_ != answers_before && last_ != refused) return last_;
    asking_ = true;
  }
  std::string answer;
  try {
    answer = provide_(refused);
  } catch (...) {
    settle(nullptr);
    throw;
  }
  settle(&answer);
  return answer;
}

std::size_t TokenGate::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

void TokenGate::settle(const std::string* answer) {
  const std::lock_guard lock(mutex_);
  asking_ = false;
  if (answer != nullptr) {
    last_ = *answer;
    ++answers_;
  }
  changed_.notify_all();
}

}  // namespace predict_schemata
