// Owns tokens from a program's output.
#include "predict_schemata/token.hpp"

#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>
#include <stdexcept>

#ifdef _WIN32
#define popen _popen
#define pclose _pclose
#endif

namespace predict_schemata {
namespace {

/// Google's access tokens live for an hour; half of that leaves time for what is under way.
constexpr std::chrono::minutes lifetime{30};

std::string output_of(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("Expected to run the command that prints a token, got no process.");
  std::string output;
  for (int letter = std::fgetc(pipe); letter != EOF; letter = std::fgetc(pipe)) output += static_cast<char>(letter);
  const int code = pclose(pipe);
  output.erase(output.find_last_not_of(" \t\r\n") + 1);
  if (code != 0 || output.empty()) {
    throw std::runtime_error(std::string("Expected a token from the command, ") +
                             (code != 0 ? "but it failed" : "but it printed none") +
                             ". Run it in a shell to see why; gcloud wants `gcloud auth login` first.");
  }
  return output;
}

struct Kept {
  std::mutex mutex;
  std::string token;
  std::chrono::steady_clock::time_point until;
};

}  // namespace

TokenProvider gcloud_token(std::string command) {
  // One for all copies of the provider, which may serve several clients.
  const auto kept = std::make_shared<Kept>();
  return [kept, command = std::move(command)](const std::optional<std::string>& refused) {
    const std::lock_guard lock(kept->mutex);
    const auto now = std::chrono::steady_clock::now();
    if (kept->token.empty() || refused == kept->token || now >= kept->until) {
      kept->token = output_of(command);
      kept->until = now + lifetime;
    }
    return kept->token;
  };
}

}  // namespace predict_schemata
