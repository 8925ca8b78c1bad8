// Owns turning an answer that is no success into its error. Must not know how it came.
#pragma once
#include "http.hpp"
#include "predict_schemata/errors.hpp"

namespace predict_schemata {

[[noreturn]] void throw_error_of(const HttpAnswer& answer);

/// Seconds from now, from the header's seconds or date (RFC 9110, section 10.2.3); nothing for another text.
std::optional<std::chrono::seconds> retry_after_of(const std::string& header);

}  // namespace predict_schemata
