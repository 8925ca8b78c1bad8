// Owns the header of 44 bytes and the little-endian samples behind it.
#include "wav.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
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

/// Writes the lowest `Count` bytes of a number, the lowest first, and gives the place behind them.
template <int Count>
std::uint8_t* put(std::uint8_t* out, std::uint32_t value) {
  for (int index = 0; index < Count; ++index) *out++ = static_cast<std::uint8_t>(value >> 8 * index);
  return out;
}

std::uint8_t* put(std::uint8_t* out, std::string_view letters) {
  return std::copy(letters.begin(), letters.end(), out);
}

void put_samples(std::uint8_t* out, const Samples& samples, bool as_int16) {
  std::visit(
      [out, as_int16](const auto& values) mutable {
        using Value = typename std::decay_t<decltype(values)>::value_type;
        if constexpr (std::is_same_v<Value, std::int16_t>) {
          for (const Value value : values) out = put<2>(out, static_cast<std::uint16_t>(value));
        } else if (as_int16) {
          for (const Value value : values) {
            out = put<2>(out, static_cast<std::uint16_t>(static_cast<std::int16_t>(value * int16_scale)));
          }
        } else {
          for (const Value value : values) {
            const auto number = static_cast<float>(value);
            std::uint32_t bits = 0;
            std::memcpy(&bits, &number, sizeof bits);
            out = put<4>(out, bits);
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
  const std::size_t length = count_of(samples) * sample_bytes;
  // More than the form can say is cut there, not in memory; no endpoint takes such a file.
  const auto data_bytes = static_cast<std::uint32_t>(length);
  const auto rate = static_cast<std::uint32_t>(sample_rate_hz);
  std::vector<std::uint8_t> bytes(header_length + length);
  auto* out = put(bytes.data(), "RIFF");
  out = put<4>(out, header_length - 8 + data_bytes);
  out = put(out, "WAVEfmt ");
  out = put<4>(out, 16);
  // WAVE_FORMAT_PCM and WAVE_FORMAT_IEEE_FLOAT.
  out = put<2>(out, as_int16 ? 1 : 3);
  out = put<2>(out, 1);
  out = put<4>(out, rate);
  out = put<4>(out, rate * sample_bytes);
  out = put<2>(out, sample_bytes);
  out = put<2>(out, sample_bytes * 8);
  out = put(out, "data");
  out = put<4>(out, data_bytes);
  put_samples(out, samples, as_int16);
  return bytes;
}

}  // namespace predict_schemata
