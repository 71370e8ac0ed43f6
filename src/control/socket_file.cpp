#include "control/socket_file.hpp"

#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace vxtap::control {
namespace {

using boost::asio::local::stream_protocol;
using ErrorCode = boost::system::error_code;

std::runtime_error error_at(const std::string& path, const std::string& what) {
  return std::runtime_error("control.socket " + path + ": " + what);
}

std::string errno_text() {
  return std::generic_category().message(errno);
}

void check_length(const std::string& path) {
  constexpr std::size_t kMax = sizeof(sockaddr_un::sun_path) - 1;
  if (path.empty()) throw error_at(path, "the path is empty; set `control.socket`");
  if (path.size() > kMax)
    throw error_at(path, "longer than " + std::to_string(kMax) + " bytes; choose a shorter `control.socket`");
}

void make_directory(const std::string& path) {
  const auto directory = std::filesystem::path(path).parent_path();
  if (directory.empty() || ::mkdir(directory.c_str(), 0755) == 0 || errno == EEXIST) return;
  throw error_at(path, "cannot make the directory " + directory.string() + ": " + errno_text() +
                           "; make it, or correct `control.socket`");
}

/// Whether somebody listens at `path`. A full backlog (EAGAIN) is a listener too.
bool answers(SocketFile::Acceptor& acceptor, const std::string& path) {
  stream_protocol::socket probe(acceptor.get_executor());
  probe.open();
  probe.native_non_blocking(true);
  const stream_protocol::endpoint endpoint(path);
  if (::connect(probe.native_handle(), endpoint.data(), static_cast<socklen_t>(endpoint.size())) == 0)
    return true;
  if (errno == EAGAIN || errno == EINPROGRESS) return true;
  if (errno == ECONNREFUSED || errno == ENOENT) return false;
  throw error_at(path, "cannot tell whether another daemon uses it: " + errno_text() +
                           "; remove the file, or choose another `control.socket`");
}

void remove_stale(SocketFile::Acceptor& acceptor, const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return;
    throw error_at(path, errno_text() + "; check the directory, or correct `control.socket`");
  }
  if (!S_ISSOCK(status.st_mode))
    throw error_at(path, "exists and is not a socket; remove it, or choose another `control.socket`");
  if (answers(acceptor, path))
    throw error_at(path, "another daemon answers there; stop it, or choose another `control.socket`");
  if (::unlink(path.c_str()) != 0 && errno != ENOENT)
    throw error_at(path, "cannot remove what a dead daemon left: " + errno_text() + "; remove the file");
}

void bind_private(SocketFile::Acceptor& acceptor, const std::string& path) {
  acceptor.open(stream_protocol());
  // On Linux a Unix socket's file takes the mode of the socket at bind time: no moment with a wider one, and
  // no umask, which is the whole process's.
  if (::fchmod(acceptor.native_handle(), 0600) != 0)
    throw error_at(path, "cannot set its mode: " + errno_text());
  ErrorCode error;
  acceptor.bind(stream_protocol::endpoint(path), error);
  if (error)
    throw error_at(path, "cannot bind: " + error.message() +
                             "; check the directory's owner and mode, or correct `control.socket`");
}

gid_t group_id(const std::string& name) {
  std::array<char, 16384> buffer{};
  struct group entry {};
  struct group* found = nullptr;
  if (::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
    throw std::runtime_error("control.group " + name + ": no such group; `groupadd --system " + name +
                             "`, or correct `control.group`");
  return found->gr_gid;
}

void open_to_group(const std::string& path, const std::string& name, gid_t group) {
  // Group first: before, 0660 would let in our own group.
  if (::lchown(path.c_str(), static_cast<uid_t>(-1), group) == 0 && ::chmod(path.c_str(), 0660) == 0) return;
  throw std::runtime_error(
      "control.group " + name + ": cannot give " + path + " to it: " + errno_text() +
      "; run as root or as a member of the group: as a service, put it in SupplementaryGroups=");
}

}  // namespace

SocketFile::SocketFile(Acceptor& acceptor, std::string path, const std::string& group)
    : path_(std::move(path)) {
  check_length(path_);
  if (!group.empty()) group_ = group_id(group);
  make_directory(path_);
  remove_stale(acceptor, path_);
  bind_private(acceptor, path_);
  struct stat status {};
  if (::lstat(path_.c_str(), &status) != 0) throw error_at(path_, "gone after bind: " + errno_text());
  device_ = status.st_dev;
  inode_ = status.st_ino;
  try {
    if (group_) open_to_group(path_, group, *group_);
  } catch (...) {
    ::unlink(path_.c_str());
    throw;
  }
}

SocketFile::~SocketFile() {
  struct stat status {};
  if (::lstat(path_.c_str(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_)
    ::unlink(path_.c_str());
}

}  // namespace vxtap::control
