// Owns what the shared code asks of an algorithm; the generated algorithms.hpp answers. Must not know which algorithms
// there are.
#pragma once
#include <string_view>

namespace predict_schemata {

/// An empty field is one that the algorithm does not take.
struct AlgorithmFacts {
  /// In the contract, and the endpoint's name unless another is given.
  std::string_view name;
  /// The rate that samples are taken to have unless they come with another.
  int sample_rate_hz;
  /// The field of an instance that takes a file in base64.
  std::string_view file_field;
  /// The field of an instance that takes an address.
  std::string_view uri_field;
  std::string_view uri_token_field;
  /// The field of a prediction that holds its result.
  std::string_view result_field;
};

}  // namespace predict_schemata
