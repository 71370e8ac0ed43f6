#pragma once

#include <atomic>
#include <thread>

#include "lab/sockets.hpp"

namespace vxtap::lab {

/// A UDP echo server on a host: sends back what arrives at `endpoint` for as long as it lives.
class EchoServer {
 public:
  EchoServer(Host& host, const Endpoint& endpoint);
  EchoServer(const EchoServer&) = delete;
  EchoServer& operator=(const EchoServer&) = delete;
  ~EchoServer();

 private:
  void serve();

  std::atomic<bool> stopping_{false};
  UniqueFd socket_;
  std::thread thread_;
};

}  // namespace vxtap::lab
