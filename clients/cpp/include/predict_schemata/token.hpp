// Owns the forms of a bearer token. Must not know what it is sent with.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <variant>

namespace predict_schemata {

/// Gives a bearer token. `refused` is the one that the server has just answered with 401, if any: give a fresh one
/// then. A client has one question under way at a time: calls that wait meanwhile take its answer.
using TokenProvider = std::function<std::string(const std::optional<std::string>& refused)>;

/// None, a text, or a provider that is asked before each call.
using Token = std::variant<std::monostate, std::string, TokenProvider>;

/// Tokens that a program prints, kept for half an hour.
/// `command` is run by the platform's shell; a failing one ends the call with std::runtime_error.
TokenProvider gcloud_token(std::string command = "gcloud auth print-access-token");

}  // namespace predict_schemata
