#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>

#include "vxtap/bytes.hpp"

struct nl_msg;
struct nl_sock;
struct nlmsghdr;

namespace vxtap::io {

/// A request to rtnetlink under construction.
class RtnlMessage {
 public:
  /// `type` is RTM_*, `flags` the NLM_F_* beside REQUEST and ACK; `header` the fixed part (ifinfomsg, ...).
  template <typename Header>
  RtnlMessage(std::uint16_t type, int flags, const Header& header) : RtnlMessage(type, flags) {
    static_assert(std::is_trivially_copyable_v<Header>);
    append(&header, sizeof header);
  }

  void put(int attribute, BytesView bytes);
  void put(int attribute, std::uint32_t value);
  void put(int attribute, std::uint8_t value);
  void put(int attribute, const std::string& text);

  nl_msg* get() const noexcept { return message_.get(); }

 private:
  struct Free {
    void operator()(nl_msg* message) const noexcept;
  };
  RtnlMessage(std::uint16_t type, int flags);
  void append(const void* header, std::size_t size);

  std::unique_ptr<nl_msg, Free> message_;
};

/// What the kernel answered.
struct RtnlReply {
  int error = 0;       ///< errno value, 0 for success
  std::string detail;  ///< the kernel's own words on an error, often empty
};

/// A NETLINK_ROUTE socket in the network namespace of the thread that made it.
class RtnlSocket {
 public:
  using Handler = std::function<void(const nlmsghdr&)>;

  /// Throws SystemError.
  RtnlSocket();
  ~RtnlSocket();
  RtnlSocket(const RtnlSocket&) = delete;
  RtnlSocket& operator=(const RtnlSocket&) = delete;

  int fd() const noexcept;
  /// Subscribes to RTNLGRP_* `group` and makes the socket non-blocking. Throws SystemError.
  void subscribe(int group);

  /// Sends one request and waits for all of its answer; `handle` sees every message but the final one. A dump
  /// that changed while it was read ends with EINTR. Throws SystemError when the socket itself fails.
  RtnlReply request(const RtnlMessage& message, const Handler& handle = {});

  /// Reads one datagram from the kernel and shows its messages. Returns 0 or an errno value.
  int receive(const Handler& handle);

 private:
  struct Free {
    void operator()(nl_sock* socket) const noexcept;
  };
  struct Buffer;

  std::unique_ptr<nl_sock, Free> socket_;
  std::unique_ptr<Buffer> buffer_;
};

}  // namespace vxtap::io
