// Owns the errors of a call: one class for each family of statuses and one for each way to get no answer. Must not know
// how calls are made.
#pragma once
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace predict_schemata {

/// What kind of failure an error is; each has a class of its own below.
enum class ErrorKind {
  invalid_request,
  authentication,
  permission,
  not_found,
  rate_limited,
  unavailable,
  server,
  deadline,
  connection,
  cancelled,
  invalid_answer,
};

/// The name of a kind as it stands above.
std::string_view name_of(ErrorKind kind) noexcept;

/// Facts about a failure; each is missing where there was no answer to read it from.
struct Failure {
  std::optional<int> status;
  /// A reason of the contract's fixed list.
  std::optional<std::string> reason;
  /// For the operator, who finds the cause in the log under it.
  std::optional<std::string> request_id;
  /// How long the server asked to wait.
  std::optional<std::chrono::seconds> retry_after;
};

/// A call that failed for good. Its class says what kind of failure it is.
class PredictError : public std::runtime_error {
 public:
  PredictError(ErrorKind kind, const std::string& message, Failure failure = {})
      : std::runtime_error(message), kind_(kind), failure_(std::move(failure)) {}

  ErrorKind kind() const noexcept { return kind_; }
  std::optional<int> status() const noexcept { return failure_.status; }
  const std::optional<std::string>& reason() const noexcept { return failure_.reason; }
  const std::optional<std::string>& request_id() const noexcept { return failure_.request_id; }
  std::optional<std::chrono::seconds> retry_after() const noexcept { return failure_.retry_after; }

 private:
  ErrorKind kind_;
  Failure failure_;
};

/// The class of one kind.
template <ErrorKind Kind>
class ErrorOfKind : public PredictError {
 public:
  explicit ErrorOfKind(const std::string& message, Failure failure = {})
      : PredictError(Kind, message, std::move(failure)) {}
};

/// 400, 405, 413, 415 and other 4xx: the same call fails again.
using InvalidRequestError = ErrorOfKind<ErrorKind::invalid_request>;
/// 401: no token, or one that is not accepted.
using AuthenticationError = ErrorOfKind<ErrorKind::authentication>;
/// 403: the token is not for this endpoint.
using PermissionError = ErrorOfKind<ErrorKind::permission>;
/// 404: no such endpoint.
using NotFoundError = ErrorOfKind<ErrorKind::not_found>;
/// 429, after all repeats.
using RateLimitError = ErrorOfKind<ErrorKind::rate_limited>;
/// 503, after all repeats.
using UnavailableError = ErrorOfKind<ErrorKind::unavailable>;
/// 500 and other 5xx: a failure of the server that is not repeated.
using ServerError = ErrorOfKind<ErrorKind::server>;
/// 504 after all repeats, or the deadline of the call passed (then without a status).
using DeadlineError = ErrorOfKind<ErrorKind::deadline>;
/// No answer, or one that was cut, after all repeats.
using ConnectionError = ErrorOfKind<ErrorKind::connection>;
/// The caller's Cancellation was cancelled.
using CancelledError = ErrorOfKind<ErrorKind::cancelled>;
/// A success whose body does not keep the contract.
using InvalidAnswerError = ErrorOfKind<ErrorKind::invalid_answer>;

}  // namespace predict_schemata
