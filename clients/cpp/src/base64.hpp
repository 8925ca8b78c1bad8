// Owns base64 of bytes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace predict_schemata {

/// Of so many bytes, with padding.
constexpr std::size_t base64_length(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}

/// Standard alphabet with padding (RFC 4648, section 4).
void append_base64(std::string& text, const std::vector<std::uint8_t>& bytes);

}  // namespace predict_schemata
