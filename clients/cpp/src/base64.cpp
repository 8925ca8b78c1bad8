// Owns the loop over groups of three bytes.
#include "base64.hpp"

namespace predict_schemata {

void append_base64(std::string& text, const std::vector<std::uint8_t>& bytes) {
  static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto from = text.size();
  text.resize(from + base64_length(bytes.size()), '=');
  // By a pointer: to a compiler, a letter that is written through the text may change where the text is.
  char* out = text.data() + from;
  const std::uint8_t* in = bytes.data();
  const std::uint8_t* const whole = in + bytes.size() / 3 * 3;
  for (; in != whole; in += 3, out += 4) {
    const std::uint32_t group = in[0] << 16 | in[1] << 8 | in[2];
    out[0] = letters[group >> 18];
    out[1] = letters[group >> 12 & 63];
    out[2] = letters[group >> 6 & 63];
    out[3] = letters[group & 63];
  }
  const auto rest = bytes.size() % 3;
  if (rest == 0) return;
  const std::uint32_t group = in[0] << 16 | (rest == 2 ? in[1] << 8 : 0);
  out[0] = letters[group >> 18];
  out[1] = letters[group >> 12 & 63];
  if (rest == 2) out[2] = letters[group >> 6 & 63];
}

}  // namespace predict_schemata
