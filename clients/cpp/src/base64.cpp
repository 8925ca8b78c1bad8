// Owns the loop over groups of three bytes.
#include "base64.hpp"

namespace predict_schemata {

void append_base64(std::string& text, const std::vector<std::uint8_t>& bytes) {
  static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  auto at = text.size();
  text.resize(at + base64_length(bytes.size()), '=');
  const auto whole = bytes.size() / 3 * 3;
  for (std::size_t index = 0; index < whole; index += 3) {
    const std::uint32_t group = bytes[index] << 16 | bytes[index + 1] << 8 | bytes[index + 2];
    text[at++] = letters[group >> 18];
    text[at++] = letters[group >> 12 & 63];
    text[at++] = letters[group >> 6 & 63];
    text[at++] = letters[group & 63];
  }
  const auto rest = bytes.size() - whole;
  if (rest == 0) return;
  const std::uint32_t group = bytes[whole] << 16 | (rest == 2 ? bytes[whole + 1] << 8 : 0);
  text[at++] = letters[group >> 18];
  text[at++] = letters[group >> 12 & 63];
  if (rest == 2) text[at] = letters[group >> 6 & 63];
}

}  // namespace predict_schemata
