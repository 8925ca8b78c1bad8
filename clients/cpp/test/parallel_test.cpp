// Owns the tests of the bound, and of the failure that ends the rest.
#include "parallel.hpp"

#include <doctest/doctest.h>

#include <set>
#include <stdexcept>

#include "predict_schemata/errors.hpp"

using namespace predict_schemata;
using namespace std::chrono_literals;

TEST_CASE("each item is run once, no more of them at once than allowed") {
  Scope scope(60s);
  std::mutex mutex;
  std::multiset<int> ran;
  int at_once = 0;
  int most = 0;
  const std::vector<int> items{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  parallel(items, 3, scope, [&](int item) {
    {
      const std::lock_guard lock(mutex);
      ran.insert(item);
      most = std::max(most, ++at_once);
    }
    std::this_thread::sleep_for(5ms);
    const std::lock_guard lock(mutex);
    --at_once;
  });
  CHECK(std::vector<int>(ran.begin(), ran.end()) == items);
  CHECK(most <= 3);
}

TEST_CASE("the first failure ends those beside it and is the one that is thrown") {
  Scope scope(60s);
  std::atomic<int> begun{0};
  const std::vector<int> items(100, 0);
  CHECK_THROWS_AS(parallel(items, 4, scope,
                           [&](int) {
                             if (++begun == 1) {
                               while (begun < 2) std::this_thread::yield();
                               throw std::logic_error("first");
                             }
                             // Ends as cancelled when the scope is aborted.
                             scope.wait(50s);
                           }),
                  std::logic_error);
  CHECK(begun <= 4);
  // Woken, not come to the end of the wait.
  CHECK(scope.left() > 15s);
}
