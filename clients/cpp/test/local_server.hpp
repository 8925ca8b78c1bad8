// Owns a server on the loopback that answers what a test says, one request after the other. Must not know the client.
#pragma once
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

/// For platforms with POSIX sockets.
class LocalServer {
 public:
  struct Answer {
    int status;
    std::string body;
  };
  /// Gets a whole request as it came. Runs in the server's thread, never twice at once.
  using Handler = std::function<Answer(const std::string& request)>;

  explicit LocalServer(Handler handler) : handler_(std::move(handler)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address_;
    if (listener_ < 0 || ::bind(listener_, name(), length) != 0 || ::listen(listener_, 16) != 0 ||
        ::getsockname(listener_, name(), &length) != 0) {
      throw std::runtime_error("No server could be started on the loopback.");
    }
    thread_ = std::thread([this] { serve(); });
  }

  ~LocalServer() {
    stopping_ = true;
    // Wakes the thread, wherever closing the listener would not.
    const int waker = ::socket(AF_INET, SOCK_STREAM, 0);
    ::connect(waker, name(), sizeof address_);
    thread_.join();
    ::close(waker);
    ::close(listener_);
  }

  LocalServer(const LocalServer&) = delete;
  LocalServer& operator=(const LocalServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(ntohs(address_.sin_port)); }

 private:
  // As the functions of sockets take addresses of all families.
  sockaddr* name() { return reinterpret_cast<sockaddr*>(&address_); }

  void serve() {
    while (true) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (stopping_) {
        ::close(connection);
        return;
      }
      const auto [status, body] = handler_(request_from(connection));
      const std::string answer = "HTTP/1.1 " + std::to_string(status) +
                                 " Any\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
                                 "\r\n\r\n" + body;
      ::send(connection, answer.data(), answer.size(), 0);
      ::close(connection);
    }
  }

  static std::string request_from(int connection) {
    std::string request;
    char part[65536];
    for (std::size_t whole = std::string::npos; request.size() < whole;) {
      const auto count = ::recv(connection, part, sizeof part, 0);
      if (count <= 0) break;
      request.append(part, static_cast<std::size_t>(count));
      const auto head = request.find("\r\n\r\n");
      if (head == std::string::npos) continue;
      const auto length = request.find("Content-Length: ");
      whole = head + 4 + (length < head ? std::stoul(request.substr(length + 16)) : 0);
    }
    return request;
  }

  Handler handler_;
  int listener_;
  sockaddr_in address_{};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};
