// Owns the tests of when a call is repeated, how long is waited, and what ends a wait.
#include "retry.hpp"

#include <doctest/doctest.h>

#include <thread>

using namespace predict_schemata;
using namespace std::chrono_literals;

namespace {

constexpr RetryPolicy policy{4, 100ms, 1000ms};

}  // namespace

TEST_CASE("a wait is half to all of a doubling time, and at least what was asked for") {
  struct Case {
    int repeat;
    std::optional<std::chrono::seconds> asked;
    double share;
    milliseconds want;
  };
  const Case cases[] = {
      {0, {}, 0, 50ms},   {0, {}, 1, 100ms},    {1, {}, 0, 100ms},  {3, {}, 0.5, 600ms},
      {9, {}, 1, 1000ms}, {2000, {}, 0, 500ms}, {0, 3s, 1, 3000ms}, {9, 0s, 0, 500ms},
  };
  for (const auto& [repeat, asked, share, want] : cases) CHECK(backoff(policy, repeat, asked, share) == want);
}

TEST_CASE("shares differ and stay below one") {
  double least = 1;
  double most = 0;
  for (int count = 0; count < 1000; ++count) {
    const double share = random_share();
    least = std::min(least, share);
    most = std::max(most, share);
  }
  CHECK(least >= 0);
  CHECK(least < 0.2);
  CHECK(most > 0.8);
  CHECK(most < 1);
}

TEST_CASE("only what may pass is repeated, as often as allowed") {
  const auto calls_until = [](const auto& error) {
    Scope scope(10s);
    int calls = 0;
    CHECK_THROWS_AS(with_retries({3, 1ms, 1ms}, scope,
                                 [&]() -> int {
                                   ++calls;
                                   throw error;
                                 }),
                    PredictError);
    return calls;
  };
  CHECK(calls_until(RateLimitError("x")) == 3);
  CHECK(calls_until(UnavailableError("x")) == 3);
  CHECK(calls_until(ConnectionError("x")) == 3);
  CHECK(calls_until(DeadlineError("x", {504, {}, {}, {}})) == 3);
  CHECK(calls_until(DeadlineError("x")) == 1);
  CHECK(calls_until(ServerError("x", {500, {}, {}, {}})) == 1);
  CHECK(calls_until(InvalidRequestError("x")) == 1);
  CHECK(calls_until(InvalidAnswerError("x")) == 1);
  CHECK(calls_until(CancelledError("x")) == 1);
}

TEST_CASE("a call that passes is not made again") {
  Scope scope(10s);
  int calls = 0;
  const int answer = with_retries({4, 1ms, 1ms}, scope, [&] {
    if (++calls < 3) throw UnavailableError("x");
    return 7;
  });
  CHECK(answer == 7);
  CHECK(calls == 3);
}

TEST_CASE("a wait that the deadline does not leave is not begun") {
  Scope scope(60s);
  const auto before = scope.left();
  CHECK_THROWS_AS(with_retries(policy, scope, []() -> int { throw RateLimitError("x", {429, {}, {}, 3600s}); }),
                  RateLimitError);
  CHECK(before - scope.left() < 30s);
}

TEST_CASE("the longest deadline that can be written is far away") {
  const Scope scope(milliseconds::max());
  CHECK_FALSE(scope.over());
  CHECK(scope.left() > std::chrono::hours(24));
}

TEST_CASE("a scope ends by its deadline, its caller or a failure beside it") {
  Scope late(1ms);
  CHECK_THROWS_AS(late.wait(60s), DeadlineError);
  CHECK(late.over());

  Cancellation cancellation;
  Scope cancelled(60s, cancellation);
  std::thread caller([&] { cancellation.cancel(); });
  CHECK_THROWS_AS(cancelled.wait(50s), CancelledError);
  caller.join();
  // Woken, not come to the end of the wait.
  CHECK(cancelled.left() > 15s);
  CHECK_THROWS_AS(Scope(60s, cancellation).throw_if_over(), CancelledError);

  Scope aborted(60s);
  bool woken = false;
  {
    const Scope::Watch watch(aborted, [&] { woken = true; });
    aborted.abort();
  }
  CHECK(woken);
  CHECK_THROWS_AS(aborted.wait(50s), CancelledError);
}
