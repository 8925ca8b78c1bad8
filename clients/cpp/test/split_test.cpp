// Owns the tests of splitting by count and by bytes.
#include "split.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace predict_schemata;

TEST_CASE("a body has the length of its text") {
  const std::string text = R"({"instances":[{"a":1},{"b":22},{}]})";
  CHECK(body_length({{0, 7}, {1, 8}, {2, 2}}) == text.size());
  CHECK(body_length({}) == std::string(R"({"instances":[]})").size());
}

TEST_CASE("calls are as full as the limits allow") {
  struct Case {
    std::vector<std::size_t> bytes;
    Limits limits;
    std::vector<std::vector<std::size_t>> calls;
    std::vector<std::size_t> too_long;
  };
  const Case cases[] = {
      {{}, {2, 100}, {}, {}},
      {{10, 10, 10}, {2, 100}, {{0, 1}, {2}}, {}},
      // 16 bytes of envelope, a comma between two.
      {{10, 10, 10}, {9, 37}, {{0, 1}, {2}}, {}},
      {{10, 10, 10}, {9, 36}, {{0}, {1}, {2}}, {}},
      {{10, 90, 10}, {9, 100}, {{0, 2}}, {1}},
      {{84}, {9, 100}, {{0}}, {}},
      {{85}, {9, 100}, {}, {0}},
  };
  for (const auto& [bytes, limits, calls, too_long] : cases) {
    std::vector<Piece> pieces;
    for (const auto length : bytes) pieces.push_back({pieces.size(), length});
    const auto got = split(pieces, limits);
    std::vector<std::vector<std::size_t>> got_calls;
    for (const auto& call : got.calls) {
      CHECK(body_length(call) <= limits.max_body_bytes);
      got_calls.emplace_back();
      for (const auto& piece : call) got_calls.back().push_back(piece.index);
    }
    std::vector<std::size_t> got_long;
    for (const auto& piece : got.too_long) got_long.push_back(piece.index);
    CHECK(got_calls == calls);
    CHECK(got_long == too_long);
  }
}
