// Owns libcurl. A transfer runs in the thread that asked for it, as the only one of a multi handle, since that is what
// another thread can wake.
#include "http.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <new>
#include <string_view>
#include <utility>

#include "predict_schemata/errors.hpp"

namespace predict_schemata {
namespace {

using Easy = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using Multi = std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)>;
using Headers = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

/// Connecting has no progress to see; a host that does not answer is a lost connection, long before the deadline.
constexpr long connect_timeout_ms = 10'000;

template <class Handle>
Handle* made(Handle* handle) {
  if (handle == nullptr) throw std::bad_alloc();
  return handle;
}

Headers listed(const std::vector<std::string>& headers) {
  Headers list(nullptr, curl_slist_free_all);
  for (const auto& header : headers) {
    // Appending gives the same list, but for the first.
    curl_slist* longer = made(curl_slist_append(list.get(), header.c_str()));
    static_cast<void>(list.release());
    list.reset(longer);
  }
  return list;
}

size_t on_body(const char* bytes, size_t, size_t count, void* answer) {
  static_cast<HttpAnswer*>(answer)->body.append(bytes, count);
  return count;
}

size_t on_header(const char* bytes, size_t, size_t count, void* user) {
  auto& answer = *static_cast<HttpAnswer*>(user);
  const std::string_view line(bytes, count);
  // An interim answer's headers are not those of the answer (RFC 9110, section 15.2).
  if (line.substr(0, 5) == "HTTP/") answer.request_id = answer.retry_after = std::nullopt;
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return count;
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char letter) { return std::tolower(letter); });
  const auto from = line.find_first_not_of(" \t", colon + 1);
  const auto to = line.find_last_not_of(" \t\r\n");
  const std::string value(from <= to ? line.substr(from, to - from + 1) : std::string_view{});
  if (name == "x-request-id") answer.request_id = value;
  if (name == "retry-after") answer.retry_after = value;
  return count;
}

/// Until the transfer is done or the scope over.
CURLcode run(CURLM* multi, Scope& scope) {
  const Scope::Watch watch(scope, [multi] { curl_multi_wakeup(multi); });
  for (int running = 1; !scope.over();) {
    if (curl_multi_perform(multi, &running) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
    if (running == 0) {
      int left = 0;
      const CURLMsg* message = curl_multi_info_read(multi, &left);
      return message == nullptr ? CURLE_OUT_OF_MEMORY : message->data.result;
    }
    const auto wait = std::clamp<long long>(scope.left().count() + 1, 1, 60'000);
    curl_multi_poll(multi, nullptr, 0, static_cast<int>(wait), nullptr);
  }
  return CURLE_ABORTED_BY_CALLBACK;
}

}  // namespace

/// Keeps its connection to the server as long as it lives.
struct Http::Connection {
  Multi multi{made(curl_multi_init()), curl_multi_cleanup};
  Easy easy{made(curl_easy_init()), curl_easy_cleanup};
};

Http::Http(std::string ca_file) : ca_file_(std::move(ca_file)) {
  // Once for the program, before any thread makes a handle.
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (ready != CURLE_OK) throw std::bad_alloc();
}

Http::~Http() = default;

HttpAnswer Http::send(const HttpRequest& request, Scope& scope) {
  scope.throw_if_over();
  HttpAnswer answer;
  auto connection = take();
  CURL* easy = connection->easy.get();
  const Headers headers = listed(request.headers);
  curl_easy_reset(easy);
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
  // No signals in a program with threads.
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, connect_timeout_ms);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &answer);
  if (!ca_file_.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file_.c_str());
  if (request.body != nullptr) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body->data());
  }
  curl_multi_add_handle(connection->multi.get(), easy);
  const CURLcode code = run(connection->multi.get(), scope);
  curl_multi_remove_handle(connection->multi.get(), easy);
  if (code != CURLE_OK) {
    scope.throw_if_over();
    throw ConnectionError(std::string("No whole answer came from the server: ") + curl_easy_strerror(code) + ".");
  }
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  keep(std::move(connection));
  return answer;
}

std::string Http::escaped(const std::string& text) {
  const std::unique_ptr<char, decltype(&curl_free)> escaped(
      made(curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size()))), curl_free);
  return escaped.get();
}

std::unique_ptr<Http::Connection> Http::take() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return std::make_unique<Connection>();
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void Http::keep(std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
}

}  // namespace predict_schemata
