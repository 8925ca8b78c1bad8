// Owns the conformance driver of the C++ client (clients/README.md): a case a line in, a result a line out. Uses the
// library as a user would.
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <iostream>
#include <iterator>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "plain.hpp"
#include "predict_schemata/predict_client.hpp"

using nlohmann::json;
namespace ps = predict_schemata;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

std::string base64_of(const std::vector<float>& values) {
  static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto* bytes = reinterpret_cast<const unsigned char*>(values.data());
  const auto count = values.size() * sizeof(float);
  std::string text;
  for (std::size_t at = 0; at < count; at += 3) {
    unsigned group = bytes[at] << 16;
    if (at + 1 < count) group |= bytes[at + 1] << 8;
    if (at + 2 < count) group |= bytes[at + 2];
    text += letters[group >> 18];
    text += letters[group >> 12 & 63];
    text += at + 1 < count ? letters[group >> 6 & 63] : '=';
    text += at + 2 < count ? letters[group & 63] : '=';
  }
  return text;
}

template <class Value>
std::vector<Value> read_raw(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  std::vector<Value> values(bytes.size() / sizeof(Value));
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(values.data()));
  return values;
}

template <class Value>
ps::Sound array_of(const json& given, const char* kind) {
  auto samples = read_raw<Value>(given.at(kind));
  if (!given.contains("sample_rate_hz")) return samples;
  return ps::Sound::samples(std::move(samples), given.at("sample_rate_hz"));
}

ps::Sound sound_of(const json& given) {
  if (given.contains("file")) return ps::Sound::file(given.at("file").get<std::string>());
  if (given.contains("int16")) return array_of<std::int16_t>(given, "int16");
  if (given.contains("float32")) return array_of<float>(given, "float32");
  if (given.contains("float64")) return array_of<double>(given, "float64");
  if (given.contains("token")) return ps::Sound::uri(given.at("uri"), given.at("token").get<std::string>());
  return ps::Sound::uri(given.at("uri"));
}

/// The next one of a list each time that one is refused.
ps::Token token_of(const std::vector<std::string>& tokens) {
  if (tokens.empty()) return {};
  if (tokens.size() == 1) return tokens.front();
  return [tokens, at = std::size_t{0}](const std::optional<std::string>& refused) mutable {
    if (refused == tokens[at] && at + 1 < tokens.size()) ++at;
    return tokens[at];
  };
}

ps::ClientOptions options_of(const json& given) {
  const auto& endpoint = given.at("endpoint");
  const auto& chosen = given.at("options");
  ps::ClientOptions options;
  options.target = ps::server_target(endpoint.at("base_url"));
  options.project = endpoint.at("project");
  options.location = endpoint.at("location");
  options.endpoint = endpoint.at("endpoint");
  options.token = token_of(given.at("tokens"));
  options.headers = given.at("headers").get<std::map<std::string, std::string>>();
  options.calls.max_attempts = chosen.at("max_attempts").get<int>();
  options.calls.initial_backoff = milliseconds(chosen.at("initial_backoff_ms"));
  options.calls.max_backoff = milliseconds(chosen.at("max_backoff_ms"));
  options.calls.deadline = milliseconds(chosen.at("deadline_ms"));
  options.calls.max_parallel_calls = chosen.at("max_parallel_calls").get<int>();
  if (chosen.contains("max_instances")) options.calls.max_instances = chosen.at("max_instances").get<std::size_t>();
  if (chosen.contains("max_body_bytes")) options.calls.max_body_bytes = chosen.at("max_body_bytes").get<std::size_t>();
  return options;
}

/// Cancels after a time, unless it is destroyed before.
class Timer {
 public:
  Timer(ps::Cancellation cancellation, milliseconds time)
      : thread_([this, cancellation, time]() mutable {
          std::unique_lock lock(mutex_);
          if (!done_.wait_for(lock, time, [this] { return over_; })) cancellation.cancel();
        }) {}
  ~Timer() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    done_.notify_all();
    thread_.join();
  }

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  bool over_ = false;
  std::thread thread_;
};

/// The error, or the numbers in the order of the contract.
template <class Algorithm>
json shown(const json& prediction) {
  if (prediction.contains("error")) return prediction;
  const auto& result = prediction.at(std::string(Algorithm::facts.result_field));
  if (result.is_array()) return {{"values", base64_of(result.get<std::vector<float>>())}};
  std::vector<float> values;
  for (const auto name : Algorithm::result_names) values.push_back(result.at(std::string(name)).template get<float>());
  return {{"values", base64_of(values)}};
}

double ms_since(steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(steady_clock::now() - start).count();
}

/// The samples as the contract's numbers.
std::vector<float> floats_of(const json& given) {
  if (given.contains("float32")) return read_raw<float>(given.at("float32"));
  const auto integers = read_raw<std::int16_t>(given.at("int16"));
  std::vector<float> values;
  values.reserve(integers.size());
  for (const auto value : integers) values.push_back(static_cast<float>(value) / 32768);
  return values;
}

json run_plain(const json& given) {
  const auto& place = given.at("endpoint");
  const auto part = [&](const char* name) { return place.at(name).get<std::string>(); };
  const PlainCalls calls{part("base_url") + "/v1/projects/" + part("project") + "/locations/" + part("location") +
                             "/endpoints/" + part("endpoint") + ":predict",
                         given.at("tokens").at(0), given.at("options").at("max_instances")};
  std::vector<std::vector<float>> arrays;
  for (const auto& sound : given.at("sounds")) arrays.push_back(floats_of(sound));
  const auto start = steady_clock::now();
  const auto predictions = plain_predictions(calls, arrays);
  const auto elapsed_ms = ms_since(start);
  json all = json::array();
  for (const auto& one : predictions) all.push_back(shown<ps::Hear>(one));
  return {{"ok", true}, {"predictions", all}, {"elapsed_ms", elapsed_ms}};
}

template <class Algorithm>
json run(const json& given) {
  const ps::PredictClient client(options_of(given));
  ps::CallOptions call;
  std::optional<Timer> timer;
  if (given.contains("cancel_after_ms")) {
    call.cancellation = ps::Cancellation();
    timer.emplace(*call.cancellation, milliseconds(given.at("cancel_after_ms")));
  }
  json predictions = json::array();
  json name;
  std::optional<double> elapsed_ms;
  if (given.at("call") == "instances") {
    typename Algorithm::Request request;
    request.instances = given.at("instances").get<std::vector<typename Algorithm::Instance>>();
    const auto answer = client.predict<Algorithm>(request, call);
    for (const auto& one : answer.predictions) predictions.push_back(shown<Algorithm>(one));
    name = answer.model_display_name;
  } else {
    std::vector<ps::Sound> sounds;
    for (const auto& sound : given.at("sounds")) sounds.push_back(sound_of(sound));
    const auto start = steady_clock::now();
    const auto answer = client.predict_sounds<Algorithm>(sounds, call);
    elapsed_ms = ms_since(start);
    for (const auto& one : answer.predictions) predictions.push_back(shown<Algorithm>(one));
    if (answer.model_display_name) name = *answer.model_display_name;
  }
  json result{{"ok", true}, {"predictions", predictions}};
  if (!name.is_null()) result["model_display_name"] = name;
  if (elapsed_ms) result["elapsed_ms"] = *elapsed_ms;
  return result;
}

template <class Value>
json or_null(const std::optional<Value>& value) {
  return value ? json(*value) : json();
}

json answered(const json& given) {
  try {
    if (given.at("call") == "plain") return run_plain(given);
    return ps::with_algorithm(given.at("algorithm").get<std::string>(),
                              [&](auto algorithm) { return run<decltype(algorithm)>(given); });
  } catch (const ps::PredictError& error) {
    return {{"ok", false},
            {"error",
             {{"kind", ps::name_of(error.kind())},
              {"message", error.what()},
              {"status", or_null(error.status())},
              {"reason", or_null(error.reason())},
              {"request_id", or_null(error.request_id())}}}};
  } catch (const std::exception& error) {
    return {{"ok", false},
            {"error",
             {{"kind", "unexpected"},
              {"message", error.what()},
              {"status", nullptr},
              {"reason", nullptr},
              {"request_id", nullptr}}}};
  }
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    const auto given = json::parse(line);
    auto result = answered(given);
    result["case"] = given.at("case");
    std::cout << result.dump() << std::endl;
  }
}
