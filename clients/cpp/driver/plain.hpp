// Owns the call that a program without the helper makes: the generated types, nlohmann-json and libcurl, which --speed
// compares the helper with. Must not use the client.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "predict_schemata/algorithms.hpp"

struct PlainCalls {
  /// Of the endpoint's predictions.
  std::string url;
  std::string token;
  std::size_t max_instances;
};

/// Sends arrays as lists of numbers, one call after the other over one connection. Throws std::runtime_error.
std::vector<predict_schemata::hear::HearPrediction> plain_predictions(const PlainCalls& calls,
                                                                      const std::vector<std::vector<float>>& arrays);
