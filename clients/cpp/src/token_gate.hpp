// Owns asking a token provider for one call at a time. Must not know what a token is for.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "predict_schemata/token.hpp"
#include "scope.hpp"

namespace predict_schemata {

/// One call asks; those that come meanwhile wait and take its answer, unless it is what they were refused with. A
/// failure is the asking call's own: one of those that waited asks anew.
class TokenGate {
 public:
  explicit TokenGate(TokenProvider provide) : provide_(std::move(provide)) {}

  /// Throws what the provider throws, and what the scope throws when it is over while another call asks.
  std::string token(const std::optional<std::string>& refused, Scope& scope);

  /// How many calls wait for the answer to another one's question.
  std::size_t waiting() const;

 private:
  void settle(const std::string* answer);

  const TokenProvider provide_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool asking_ = false;
  std::size_t waiting_ = 0;
  std::uint64_t answers_ = 0;
  std::string last_;
};

}  // namespace predict_schemata
