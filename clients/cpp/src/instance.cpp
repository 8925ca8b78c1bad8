// Owns what each form of a sound is on the wire.
#include "instance.hpp"

#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <system_error>

#include "base64.hpp"
#include "wav.hpp"

namespace predict_schemata {
namespace {

std::invalid_argument untaken(const AlgorithmFacts& facts, const char* form) {
  return std::invalid_argument(std::string(facts.name) + " takes no " + form + ".");
}

/// What stands around base64, which needs no escaping: {"FIELD":"…"}.
std::string opening(const AlgorithmFacts& facts) {
  if (facts.file_field.empty()) throw untaken(facts, "files and no arrays");
  return "{\"" + std::string(facts.file_field) + "\":\"";
}
constexpr const char* closing = "\"}";

void append_file(std::string& body, const AlgorithmFacts& facts, const std::vector<std::uint8_t>& file) {
  body += opening(facts);
  append_base64(body, file);
  body += closing;
}

std::vector<std::uint8_t> bytes_of(const std::filesystem::path& path) {
  std::vector<std::uint8_t> bytes(std::filesystem::file_size(path));
  std::ifstream file(path, std::ios::binary);
  // Both are bytes; a stream knows char alone.
  if (!bytes.empty()) file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!file || static_cast<std::size_t>(file.gcount()) != bytes.size()) {
    throw std::filesystem::filesystem_error("cannot read the sound", path,
                                            std::error_code(EIO, std::generic_category()));
  }
  return bytes;
}

int rate_of(const AlgorithmFacts& facts, const Sound::Array& array) {
  const int rate = array.sample_rate_hz.value_or(facts.sample_rate_hz);
  if (rate < 1) throw std::invalid_argument("Expected a sample rate in Hz, got " + std::to_string(rate) + ".");
  return rate;
}

std::string text_of(const AlgorithmFacts& facts, const Sound::Uri& address) {
  if (facts.uri_field.empty()) throw untaken(facts, "addresses");
  nlohmann::json instance{{facts.uri_field, address.uri}};
  if (address.token && facts.uri_token_field.empty()) throw untaken(facts, "tokens beside addresses");
  if (address.token) instance[std::string(facts.uri_token_field)] = *address.token;
  try {
    return instance.dump();
  } catch (const nlohmann::json::exception&) {
    throw std::invalid_argument("Expected an address and a token in UTF-8, got other bytes.");
  }
}

template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

}  // namespace

std::size_t instance_length(const AlgorithmFacts& facts, const Sound& sound) {
  const auto of_file = [&](std::uintmax_t bytes) {
    return opening(facts).size() + base64_length(static_cast<std::size_t>(bytes)) +
           std::char_traits<char>::length(closing);
  };
  return std::visit(Overloaded{
                        [&](const Sound::File& file) { return of_file(std::filesystem::file_size(file.path)); },
                        [&](const Sound::Bytes& file) { return of_file(file.bytes.size()); },
                        [&](const Sound::Array& array) {
                          rate_of(facts, array);
                          return of_file(wav_length(array.samples));
                        },
                        [&](const Sound::Uri& address) { return text_of(facts, address).size(); },
                    },
                    sound.form());
}

void append_instance(std::string& body, const AlgorithmFacts& facts, const Sound& sound) {
  std::visit(
      Overloaded{
          [&](const Sound::File& file) { append_file(body, facts, bytes_of(file.path)); },
          [&](const Sound::Bytes& file) { append_file(body, facts, file.bytes); },
          [&](const Sound::Array& array) { append_file(body, facts, wav_of(array.samples, rate_of(facts, array))); },
          [&](const Sound::Uri& address) { body += text_of(facts, address); },
      },
      sound.form());
}

}  // namespace predict_schemata
