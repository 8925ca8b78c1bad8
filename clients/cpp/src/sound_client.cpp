// Owns the order of a caller's call: settings, limits, calls side by side, repeats of single sounds.
#include "predict_schemata/sound_client.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "endpoint_calls.hpp"
#include "instance.hpp"
#include "parallel.hpp"
#include "predict_schemata/algorithms.hpp"
#include "retry.hpp"
#include "scope.hpp"
#include "settings.hpp"
#include "split.hpp"

namespace predict_schemata {

using nlohmann::json;

namespace {

json too_long_error(const Piece& piece, const Limits& limits) {
  return {{"error",
           {{"reason", "BODY_TOO_LARGE"},
            {"description", "Expected an instance that fits a body of " + std::to_string(limits.max_body_bytes) +
                                " bytes, got one of " + std::to_string(piece.bytes) + ". Send a shorter file."}}}};
}

bool is_worth_repeating(const json& prediction) {
  const auto error = prediction.find("error");
  if (error == prediction.end() || !error->is_object()) return false;
  const auto reason = error->find("reason");
  return reason != error->end() && reason->is_string() &&
         std::find(retryable_reasons.begin(), retryable_reasons.end(), reason->get_ref<const std::string&>()) !=
             retryable_reasons.end();
}

/// A number in an endpoint's label; nothing for another text.
std::optional<std::size_t> limit_in(const json& endpoint, const char* label) {
  try {
    const auto value = std::stoull(endpoint.at("labels").at(label).get_ref<const std::string&>());
    if (value > 0) return value;
  } catch (const json::exception&) {
    // Vertex AI's endpoints carry no such labels.
  } catch (const std::logic_error&) {
    // Neither does a text that is no number, or too great a one, say a limit.
  }
  return std::nullopt;
}

/// Whether the next answer would be the same: not of a server that is busy, broken or out of reach, nor of one that
/// refuses a token, which the next call may replace.
bool is_lasting(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_request:
    case ErrorKind::permission:
    case ErrorKind::not_found:
    case ErrorKind::invalid_answer:
      return true;
    default:
      return false;
  }
}

}  // namespace

struct SoundClient::State {
  explicit State(ClientOptions given) : options(std::move(given)), calls(options) {}

  std::string endpoint_of(const AlgorithmFacts& facts) const {
    return options.endpoint.empty() ? std::string(facts.name) : options.endpoint;
  }

  /// Given ones, else those of the endpoint's labels, else those that the target is known for.
  Limits limits_of(const std::string& endpoint, const Settings& settings, Scope& scope) {
    Limits known = options.target.limits;
    if (!settings.max_instances || !settings.max_body_bytes) known = stated_limits(endpoint, scope);
    return {settings.max_instances.value_or(known.max_instances),
            settings.max_body_bytes.value_or(known.max_body_bytes)};
  }

  /// The target's where the endpoint states none. What it answers for good is asked for once.
  Limits stated_limits(const std::string& endpoint, Scope& scope) {
    {
      const std::lock_guard lock(mutex);
      if (const auto found = limits.find(endpoint); found != limits.end()) return found->second;
    }
    Limits stated = options.target.limits;
    try {
      const auto resource = calls.describe(endpoint, scope);
      const auto instances = limit_in(resource, "max_instances");
      const auto bytes = limit_in(resource, "max_body_bytes");
      if (instances && bytes) stated = {*instances, *bytes};
    } catch (const PredictError& error) {
      scope.throw_if_over();
      // A token may be for predictions alone, and some hosts of Vertex AI know no other call. What else is wrong, the
      // prediction will say.
      if (!is_lasting(error.kind())) return stated;
    }
    const std::lock_guard lock(mutex);
    return limits[endpoint] = stated;
  }

  ClientOptions options;
  EndpointCalls calls;
  std::mutex mutex;
  std::map<std::string, Limits> limits;
};

SoundClient::SoundClient(ClientOptions options) {
  settings_of({}, options.calls);
  state_ = std::make_unique<State>(std::move(options));
}

SoundClient::~SoundClient() = default;

json SoundClient::predict_json(const AlgorithmFacts& facts, const json& request, std::size_t instances,
                               const CallOptions& options) const {
  const auto settings = settings_of(options, state_->options.calls);
  Scope scope(settings.deadline, settings.cancellation);
  std::string body;
  try {
    body = request.dump();
  } catch (const json::exception&) {
    throw std::invalid_argument("Expected texts in UTF-8, got other bytes.");
  }
  return with_retries(settings.retries, scope,
                      [&] { return state_->calls.predict(state_->endpoint_of(facts), body, instances, scope); });
}

SoundAnswer<json> SoundClient::predict_sounds_json(const AlgorithmFacts& facts, const std::vector<Sound>& sounds,
                                                   const CallOptions& options) const {
  const auto settings = settings_of(options, state_->options.calls);
  Scope scope(settings.deadline, settings.cancellation);
  std::vector<Piece> pieces;
  pieces.reserve(sounds.size());
  for (const auto& sound : sounds) pieces.push_back({pieces.size(), instance_length(facts, sound)});
  SoundAnswer<json> result{std::vector<json>(sounds.size()), {}};
  if (pieces.empty()) return result;

  const auto endpoint = state_->endpoint_of(facts);
  const auto limits = state_->limits_of(endpoint, settings, scope);
  std::mutex mutex;
  // Files are read here, so that no more of them are in memory than calls are under way.
  const auto send = [&](const std::vector<Piece>& call, const RetryPolicy& retries) {
    std::string body = "{\"instances\":[";
    body.reserve(body_length(call));
    for (const auto& piece : call) {
      if (&piece != &call.front()) body += ',';
      append_instance(body, facts, sounds[piece.index]);
    }
    body += "]}";
    auto answer =
        with_retries(retries, scope, [&] { return state_->calls.predict(endpoint, body, call.size(), scope); });
    const std::lock_guard lock(mutex);
    if (const auto name = answer.find("modelDisplayName"); name != answer.end() && name->is_string()) {
      result.model_display_name = name->get<std::string>();
    }
    for (std::size_t at = 0; at < call.size(); ++at) {
      result.predictions[call[at].index] = std::move(answer["predictions"][at]);
    }
  };

  const auto first = split(pieces, limits);
  for (const auto& piece : first.too_long) result.predictions[piece.index] = too_long_error(piece, limits);
  parallel(first.calls, settings.max_parallel_calls, scope, [&](const auto& call) { send(call, settings.retries); });

  // The errors that the sounds have are results already: a repeat that fails as a whole takes nothing away.
  const RetryPolicy single{1, {}, {}};
  for (int repeat = 0; repeat + 1 < settings.retries.max_attempts; ++repeat) {
    std::vector<Piece> open;
    std::copy_if(pieces.begin(), pieces.end(), std::back_inserter(open),
                 [&](const Piece& piece) { return is_worth_repeating(result.predictions[piece.index]); });
    const auto wait = backoff(settings.retries, repeat, {});
    if (open.empty() || wait >= scope.left()) break;
    scope.wait(wait);
    parallel(split(open, limits).calls, settings.max_parallel_calls, scope, [&](const auto& call) {
      try {
        send(call, single);
      } catch (const CancelledError&) {
        throw;
      } catch (const PredictError&) {
        // Said above.
      }
    });
  }
  return result;
}

}  // namespace predict_schemata
