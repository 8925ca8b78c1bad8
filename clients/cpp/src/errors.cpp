// Owns the names of the kinds.
#include "predict_schemata/errors.hpp"

namespace predict_schemata {

std::string_view name_of(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::invalid_request:
      return "invalid_request";
    case ErrorKind::authentication:
      return "authentication";
    case ErrorKind::permission:
      return "permission";
    case ErrorKind::not_found:
      return "not_found";
    case ErrorKind::rate_limited:
      return "rate_limited";
    case ErrorKind::unavailable:
      return "unavailable";
    case ErrorKind::server:
      return "server";
    case ErrorKind::deadline:
      return "deadline";
    case ErrorKind::connection:
      return "connection";
    case ErrorKind::cancelled:
      return "cancelled";
    case ErrorKind::invalid_answer:
      return "invalid_answer";
  }
  return "unknown";
}

}  // namespace predict_schemata
