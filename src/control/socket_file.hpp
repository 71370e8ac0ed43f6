#pragma once

#include <sys/types.h>

#include <boost/asio/local/stream_protocol.hpp>
#include <optional>
#include <string>

namespace vxtap::control {

/// The file of a listening Unix socket. Made by binding; removed by the destructor if it is still the same
/// file, so that a successor's socket survives us.
class SocketFile {
 public:
  using Acceptor = boost::asio::local::stream_protocol::acceptor;

  /// Opens and binds `acceptor` to `path`; the caller listens. The file is never wider open than asked: 0600,
  /// or with a non-empty `group` 0660 and that group. Makes the last directory of `path` (0755), and replaces
  /// the socket of a daemon that is gone. Throws std::runtime_error with object, cause and mend.
  SocketFile(Acceptor& acceptor, std::string path, const std::string& group);
  ~SocketFile();
  SocketFile(const SocketFile&) = delete;
  SocketFile& operator=(const SocketFile&) = delete;

  /// Whom besides root and ourselves the socket is for.
  std::optional<gid_t> group() const noexcept { return group_; }

 private:
  std::string path_;
  std::optional<gid_t> group_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace vxtap::control
