// Owns one HTTP exchange by libcurl that ends with its scope, and connections that are kept for the next. Must not know
// the contract.
#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "scope.hpp"

namespace predict_schemata {

struct HttpRequest {
  std::string url;
  /// Each as `Name: value`.
  std::vector<std::string> headers;
  /// A POST when there is one, a GET otherwise.
  const std::string* body = nullptr;
};

struct HttpAnswer {
  int status = 0;
  std::string body;
  std::optional<std::string> request_id;
  std::optional<std::string> retry_after;
};

class Http {
 public:
  /// `ca_file`: a PEM file with the certificates to trust; the platform's when empty.
  explicit Http(std::string ca_file);
  ~Http();

  /// From any thread. Throws ConnectionError, or what the scope throws.
  HttpAnswer send(const HttpRequest& request, Scope& scope);

  /// `text` as one segment of a path.
  static std::string escaped(const std::string& text);

 private:
  struct Connection;
  std::unique_ptr<Connection> take();
  void keep(std::unique_ptr<Connection> connection);

  std::string ca_file_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace predict_schemata
