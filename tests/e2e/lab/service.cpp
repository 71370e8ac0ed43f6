#include "lab/service.hpp"

#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cstring>
#include <stdexcept>
#include <string_view>

#include "lab/sockets.hpp"

namespace vxtap::lab {
namespace {

/// The service manager's end of sd_notify(3).
UniqueFd notify_socket(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  UniqueFd socket(check(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket"));
  check(bind(socket.get(), as_sockaddr(&address), sizeof address), "bind " + path.string());
  check(chmod(path.c_str(), 0666), "chmod " + path.string());  // for services of other users
  return socket;
}

bool says_ready(const UniqueFd& socket) {
  std::array<char, 4096> buffer;
  const ssize_t size = recv(socket.get(), buffer.data(), buffer.size(), 0);
  return size > 0 && std::string_view(buffer.data(), static_cast<std::size_t>(size)).find("READY=1") !=
                         std::string_view::npos;
}

}  // namespace

std::string program_directory() {
  return VXTAP_BIN_DIR;
}

std::string built(const std::string& program) {
  return program_directory() + "/" + program;
}

std::unique_ptr<Process> start_service(Host& host, const Arguments& arguments,
                                       const std::filesystem::path& stem) {
  const std::string socket_path = stem.string() + ".notify";
  const UniqueFd notify = notify_socket(socket_path);
  auto process = std::make_unique<Process>(
      host.thread(), arguments,
      // It listens until the service is ready, and keeps nothing.
      std::vector<std::string>{"NOTIFY_SOCKET=" + socket_path, "FDSTORE=0"}, stem.string() + ".log");
  const bool ready = eventually([&] { return says_ready(notify) || !process->running(); });
  if (ready && process->running()) return process;
  const std::string program = std::filesystem::path(arguments.front()).filename();
  throw std::runtime_error(program + (ready ? " ended:\n" : " is not ready:\n") + process->log());
}

}  // namespace vxtap::lab
