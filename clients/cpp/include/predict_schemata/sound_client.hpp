// Owns what callers use: predictions of instances in one call, and of sounds in as many as they need. Must not know an
// algorithm.
#pragma once
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "predict_schemata/algorithm_facts.hpp"
#include "predict_schemata/errors.hpp"
#include "predict_schemata/options.hpp"
#include "predict_schemata/sound.hpp"

namespace predict_schemata {

template <class Prediction>
struct SoundAnswer {
  /// One for each sound, in their order: a result, or its error.
  std::vector<Prediction> predictions;
  /// Of the answer that came last; says when it is an untrained development model. Missing when no call was needed.
  std::optional<std::string> model_display_name;
};

class SoundClient {
 public:
  /// Throws std::invalid_argument for options that cannot be kept.
  explicit SoundClient(ClientOptions options = {});
  ~SoundClient();
  SoundClient(const SoundClient&) = delete;
  SoundClient& operator=(const SoundClient&) = delete;

  /// Sends instances as the contract has them in one call, which is repeated when it may be. Throws PredictError.
  template <class Algorithm>
  typename Algorithm::Response predict(const typename Algorithm::Request& request,
                                       const CallOptions& options = {}) const {
    return of_contract<typename Algorithm::Response>(
        predict_json(Algorithm::facts, request, request.instances.size(), options));
  }

  /// Predicts sounds of any form: encodes them without loss, splits them by the endpoint's limits, sends within a bound
  /// side by side, repeats calls and single sounds that may be repeated. Throws PredictError when a call fails for
  /// good.
  template <class Algorithm>
  SoundAnswer<typename Algorithm::Prediction> predict_sounds(const std::vector<Sound>& sounds,
                                                             const CallOptions& options = {}) const {
    const auto answer = predict_sounds_json(Algorithm::facts, sounds, options);
    SoundAnswer<typename Algorithm::Prediction> typed{{}, answer.model_display_name};
    typed.predictions.reserve(answer.predictions.size());
    for (const auto& prediction : answer.predictions) {
      typed.predictions.push_back(of_contract<typename Algorithm::Prediction>(prediction));
    }
    return typed;
  }

 private:
  nlohmann::json predict_json(const AlgorithmFacts&, const nlohmann::json& request, std::size_t instances,
                              const CallOptions&) const;
  SoundAnswer<nlohmann::json> predict_sounds_json(const AlgorithmFacts&, const std::vector<Sound>&,
                                                  const CallOptions&) const;

  template <class Value>
  static Value of_contract(const nlohmann::json& json) {
    try {
      return json.get<Value>();
    } catch (const nlohmann::json::exception& error) {
      throw InvalidAnswerError(std::string("The answer does not keep the contract: ") + error.what());
    }
  }

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace predict_schemata
