// Owns the header of 44 bytes and the little-endian samples behind it.
#include "wav.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace predict_schemata {
namespace {

constexpr std::size_t header_length = 44;
/// A server reads 16-bit samples as multiples of 2^-15.
constexpr double int16_scale = 32768;

template <class Value>
bool is_int16(Value sample) {
  const double scaled = static_cast<double>(sample) * int16_scale;
  // In the range first: converting another number is undefined.
  return scaled >= -int16_scale && scaled < int16_scale && static_cast<std::int16_t>(scaled) == scaled;
}

bool fits_int16(const Samples& samples) {
  return std::visit(
      [](const auto& values) {
        using Value = typename std::decay_t<decltype(values)>::value_type;
        if constexpr (std::is_same_v<Value, std::int16_t>)
          return true;
        else
          return std::all_of(values.begin(), values.end(), is_int16<Value>);
      },
      samples);
}

std::size_t count_of(const Samples& samples) {
  return std::visit([](const auto& values) { return values.size(); }, samples);
}

/// Appends the lowest `count` bytes, the lowest first.
void append(std::vector<std::uint8_t>& bytes, std::uint32_t value, int count) {
  for (int index = 0; index < count; ++index) bytes.push_back(static_cast<std::uint8_t>(value >> 8 * index));
}

void append(std::vector<std::uint8_t>& bytes, const char* letters) {
  bytes.insert(bytes.end(), letters, letters + std::strlen(letters));
}

void append_samples(std::vector<std::uint8_t>& bytes, const Samples& samples, bool as_int16) {
  std::visit(
      [&](const auto& values) {
        using Value = typename std::decay_t<decltype(values)>::value_type;
        for (const Value value : values) {
          if constexpr (std::is_same_v<Value, std::int16_t>) {
            append(bytes, static_cast<std::uint16_t>(value), 2);
          } else if (as_int16) {
            append(bytes, static_cast<std::uint16_t>(static_cast<std::int16_t>(value * int16_scale)), 2);
          } else {
            const auto number = static_cast<float>(value);
            std::uint32_t bits = 0;
            std::memcpy(&bits, &number, sizeof bits);
            append(bytes, bits, 4);
          }
        }
      },
      samples);
}

}  // namespace

std::size_t wav_length(const Samples& samples) {
  return header_length + count_of(samples) * (fits_int16(samples) ? 2 : 4);
}

std::vector<std::uint8_t> wav_of(const Samples& samples, int sample_rate_hz) {
  const bool as_int16 = fits_int16(samples);
  const std::uint32_t sample_bytes = as_int16 ? 2 : 4;
  const auto data_bytes = static_cast<std::uint32_t>(count_of(samples)) * sample_bytes;
  const auto rate = static_cast<std::uint32_t>(sample_rate_hz);
  std::vector<std::uint8_t> bytes;
  bytes.reserve(header_length + data_bytes);
  append(bytes, "RIFF");
  append(bytes, header_length - 8 + data_bytes, 4);
  append(bytes, "WAVEfmt ");
  append(bytes, 16, 4);
  // WAVE_FORMAT_PCM and WAVE_FORMAT_IEEE_FLOAT.
  append(bytes, as_int16 ? 1 : 3, 2);
  append(bytes, 1, 2);
  append(bytes, rate, 4);
  append(bytes, rate * sample_bytes, 4);
  append(bytes, sample_bytes, 2);
  append(bytes, sample_bytes * 8, 2);
  append(bytes, "data");
  append(bytes, data_bytes, 4);
  append_samples(bytes, samples, as_int16);
  return bytes;
}

}  // namespace predict_schemata
