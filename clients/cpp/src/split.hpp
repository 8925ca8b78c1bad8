// Owns splitting instances over calls by count and by bytes. Must not know what an instance is.
#pragma once
#include <cstddef>
#include <vector>

#include "predict_schemata/target.hpp"

namespace predict_schemata {

struct Piece {
  /// Its place among all.
  std::size_t index;
  /// Of its JSON text in UTF-8.
  std::size_t bytes;
};

struct Split {
  std::vector<std::vector<Piece>> calls;
  /// Pieces that are too long for any call.
  std::vector<Piece> too_long;
};

/// Of the body of a call with these instances.
std::size_t body_length(const std::vector<Piece>& call);

/// In order, each call as full as the limits allow.
Split split(const std::vector<Piece>& pieces, const Limits& limits);

}  // namespace predict_schemata
