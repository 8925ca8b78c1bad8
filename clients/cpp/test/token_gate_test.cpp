// Owns the tests of who asks a token provider, and who takes the answer of another's question.
#include "token_gate.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <functional>
#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

#include "predict_schemata/errors.hpp"

using namespace predict_schemata;
using namespace std::chrono_literals;
using Refused = std::optional<std::string>;

namespace {

/// A provider that answers its questions in order, each when it is told to; an empty answer is a failure.
class Provider {
 public:
  explicit Provider(std::vector<std::string> answers) : answers_(std::move(answers)), told_(answers_.size()) {}

  std::string operator()(const Refused& refused) {
    const auto index = asked_.size();
    asked_.push_back(refused.value_or("none"));
    begun_ = index + 1;
    told_.at(index).get_future().wait();
    if (answers_[index].empty()) throw std::runtime_error("failed");
    return answers_[index];
  }

  void answer(std::size_t index) { told_[index].set_value(); }
  std::size_t begun() const { return begun_; }
  const std::vector<std::string>& asked() const { return asked_; }

 private:
  std::vector<std::string> answers_;
  std::vector<std::promise<void>> told_;
  /// Written by one question at a time.
  std::vector<std::string> asked_;
  std::atomic<std::size_t> begun_{0};
};

template <class Holds>
void until(Holds holds) {
  while (!holds()) std::this_thread::sleep_for(1ms);
}

std::future<std::string> begin(TokenGate& gate, const Refused& refused, Scope& scope) {
  return std::async(std::launch::async, [&gate, &scope, refused] {
    try {
      return gate.token(refused, scope);
    } catch (const std::exception& error) {
      return std::string(error.what());
    }
  });
}

}  // namespace

TEST_CASE("one call asks and those that wait take its answer") {
  struct Row {
    Refused first;
    Refused second;
    std::vector<std::string> answers;
    std::vector<std::string> want;
    std::vector<std::string> asked;
  };
  const std::vector<Row> rows{
      {{}, {}, {"A"}, {"A", "A"}, {"none"}},
      {"A", "A", {"B"}, {"B", "B"}, {"A"}},
      // The answer is no use to one that was refused with it, but to one that comes anew.
      {{}, "A", {"A", "B"}, {"A", "B"}, {"none", "A"}},
      {"A", {}, {"B"}, {"B", "B"}, {"A"}},
      {{}, {}, {"", "B"}, {"failed", "B"}, {"none", "none"}},
  };
  for (const auto& row : rows) {
    Scope scope(60s);
    Provider provider(row.answers);
    TokenGate gate(std::ref(provider));
    auto first = begin(gate, row.first, scope);
    until([&] { return provider.begun() == 1; });
    auto second = begin(gate, row.second, scope);
    until([&] { return gate.waiting() == 1; });
    for (std::size_t index = 0; index < row.answers.size(); ++index) {
      until([&] { return provider.begun() > index; });
      provider.answer(index);
    }
    CHECK(std::vector<std::string>{first.get(), second.get()} == row.want);
    CHECK(provider.asked() == row.asked);
  }
}

TEST_CASE("a later call asks a token provider anew") {
  Scope scope(60s);
  Provider provider({"A", "B"});
  provider.answer(0);
  provider.answer(1);
  TokenGate gate(std::ref(provider));
  CHECK(gate.token({}, scope) == "A");
  CHECK(gate.token({}, scope) == "B");
}

TEST_CASE("who waits for a token leaves with its call") {
  Scope scope(60s);
  Provider provider({"A"});
  TokenGate gate(std::ref(provider));
  auto first = begin(gate, {}, scope);
  until([&] { return provider.begun() == 1; });
  Scope brief(20ms);
  CHECK_THROWS_AS(gate.token({}, brief), DeadlineError);
  Cancellation cancellation;
  Scope cancelled(60s, cancellation);
  auto second = begin(gate, {}, cancelled);
  until([&] { return gate.waiting() == 1; });
  cancellation.cancel();
  CHECK(second.get() == "The call was cancelled.");
  provider.answer(0);
  CHECK(first.get() == "A");
}
