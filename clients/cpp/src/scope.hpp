// Owns the end of a whole call, repeats and waits included: its deadline, the caller who gives up, the failure of one
// of its parts. Must not know what is called.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>

#include "predict_schemata/cancellation.hpp"

namespace predict_schemata {

using std::chrono::milliseconds;

class Scope {
 public:
  explicit Scope(milliseconds deadline, std::optional<Cancellation> caller = {});
  ~Scope();
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

  /// Until the deadline; zero or less after it.
  milliseconds left() const;
  bool over() const { return interrupted() || left() <= milliseconds::zero(); }
  /// Throws CancelledError or DeadlineError when one is due.
  void throw_if_over() const;
  /// Throws as soon as one is due.
  void wait(milliseconds time);
  /// Ends what is under way in other threads, whose results nobody wants any more.
  void abort();

  /// Has `wake` called from another thread when the scope is interrupted, as long as the watch lives. The deadline
  /// wakes nobody.
  class Watch {
   public:
    Watch(Scope& scope, std::function<void()> wake);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    Scope& scope_;
    std::uint64_t key_;
  };

 private:
  bool interrupted() const { return aborted_ || (caller_ && caller_->cancelled()); }
  void wake_all();

  milliseconds deadline_;
  std::chrono::steady_clock::time_point ends_at_;
  std::optional<Cancellation> caller_;
  std::uint64_t caller_key_ = 0;
  std::atomic<bool> aborted_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t next_key_ = 0;
  std::map<std::uint64_t, std::function<void()>> watches_;
};

}  // namespace predict_schemata
