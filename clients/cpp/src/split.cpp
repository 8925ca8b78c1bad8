// Owns the walk over the pieces.
#include "split.hpp"

namespace predict_schemata {
namespace {

/// `{"instances":[]}`.
constexpr std::size_t envelope_bytes = 16;

}  // namespace

std::size_t body_length(const std::vector<Piece>& call) {
  const std::size_t commas = call.empty() ? 0 : call.size() - 1;
  std::size_t bytes = envelope_bytes + commas;
  for (const auto& piece : call) bytes += piece.bytes;
  return bytes;
}

Split split(const std::vector<Piece>& pieces, const Limits& limits) {
  Split result;
  std::size_t bytes = 0;
  for (const auto& piece : pieces) {
    if (envelope_bytes + piece.bytes > limits.max_body_bytes) {
      result.too_long.push_back(piece);
      continue;
    }
    // One more for the comma.
    const bool fits = !result.calls.empty() && result.calls.back().size() < limits.max_instances &&
                      bytes + piece.bytes + 1 <= limits.max_body_bytes;
    if (fits) {
      result.calls.back().push_back(piece);
      bytes += piece.bytes + 1;
    } else {
      result.calls.push_back({piece});
      bytes = envelope_bytes + piece.bytes;
    }
  }
  return result;
}

}  // namespace predict_schemata
