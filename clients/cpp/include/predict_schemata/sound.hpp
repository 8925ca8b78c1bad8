// Owns the forms in which a caller may hand over a sound. Must not know how they are sent.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace predict_schemata {

/// Samples of one channel: integers of 16 bits, or floats whose usual range is -1 to 1.
using Samples = std::variant<std::vector<std::int16_t>, std::vector<float>, std::vector<double>>;

/// One sound: a WAV file, samples, or the address of a WAV file in cloud storage.
class Sound {
 public:
  /// A file that is read when it is sent.
  struct File {
    std::filesystem::path path;
  };
  /// A file that is in memory already.
  struct Bytes {
    std::vector<std::uint8_t> bytes;
  };
  struct Array {
    Samples samples;
    /// The algorithm's rate when missing.
    std::optional<int> sample_rate_hz;
  };
  struct Uri {
    std::string uri;
    /// An OAuth 2.0 access token that may read the file; without it the file must be public.
    std::optional<std::string> token;
  };
  using Form = std::variant<File, Bytes, Array, Uri>;

  static Sound file(std::filesystem::path path) { return Sound(File{std::move(path)}); }
  static Sound bytes(std::vector<std::uint8_t> wav) { return Sound(Bytes{std::move(wav)}); }
  static Sound samples(Samples samples, int sample_rate_hz) { return Sound(Array{std::move(samples), sample_rate_hz}); }
  static Sound uri(std::string uri, std::optional<std::string> token = {}) {
    return Sound(Uri{std::move(uri), std::move(token)});
  }

  // Not explicit, so that arrays can stand among files in a list of sounds.
  Sound(std::vector<std::int16_t> samples) : form_(Array{std::move(samples), {}}) {}
  Sound(std::vector<float> samples) : form_(Array{std::move(samples), {}}) {}
  Sound(std::vector<double> samples) : form_(Array{std::move(samples), {}}) {}

  const Form& form() const noexcept { return form_; }

 private:
  explicit Sound(Form form) : form_(std::move(form)) {}
  Form form_;
};

}  // namespace predict_schemata
