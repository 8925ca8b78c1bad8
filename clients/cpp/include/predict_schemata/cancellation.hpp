// Owns giving up a call from another thread. Must not know what is called.
#pragma once
#include <functional>
#include <memory>

namespace predict_schemata {

/// Copies share one state: keep one, put one into CallOptions, and cancel() ends every call that has it, for good.
class Cancellation {
 public:
  Cancellation();
  /// From any thread. Returns at once; the calls end as CancelledError.
  void cancel() noexcept;
  bool cancelled() const noexcept;

 private:
  friend class Scope;
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace predict_schemata
