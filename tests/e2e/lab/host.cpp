#include "lab/host.hpp"

#include <net/if.h>
#include <sys/socket.h>

#include <array>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace vxtap::lab {

Host::Host() {
  sysctl("ipv6/conf/default/accept_dad", "0");
  sysctl("ipv6/conf/default/router_solicitations", "0");
  ip("link set lo up");
}

std::string Host::must(const std::string& words) {
  std::istringstream in(words);
  const Arguments arguments{std::istream_iterator<std::string>(in), {}};
  const auto result = command(arguments);
  if (result.exit_code != 0) throw std::runtime_error("`" + words + "` failed: " + result.out + result.err);
  return result.out;
}

std::string Host::ip(const std::string& words) {
  return must("ip " + words);
}

void Host::sysctl(const std::string& path, const std::string& value) {
  run([&] {
    std::ofstream out("/proc/sys/net/" + path);
    if (!(out << value << std::flush)) throw std::runtime_error("cannot write net/" + path);
  });
}

std::string Host::proc_net(const std::string& name) {
  return run([&] { return read_file("/proc/thread-self/net/" + name); });
}

UniqueFd Host::socket(int domain, int type, int protocol) {
  return run([&] { return UniqueFd(check(::socket(domain, type | SOCK_CLOEXEC, protocol), "socket")); });
}

unsigned Host::interface_index(const std::string& name) {
  const unsigned index = run([&] { return if_nametoindex(name.c_str()); });
  if (index == 0) throw std::runtime_error("no interface " + name);
  return index;
}

Host::Packets Host::interface_packets(const std::string& name) {
  // proc_net(5): "NAME: bytes packets errs drop fifo frame compressed multicast bytes packets ...".
  std::istringstream lines(proc_net("dev"));
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(name + ":");
    if (colon == std::string::npos || line.find_first_not_of(' ') != colon) continue;
    std::istringstream in(line.substr(colon + name.size() + 1));
    std::array<std::uint64_t, 10> numbers{};
    for (auto& number : numbers) in >> number;
    return {numbers[1], numbers[9], numbers[0]};
  }
  throw std::runtime_error("no interface " + name);
}

std::optional<unsigned> Host::interface_mtu(const std::string& name) {
  const auto result = command({"ip", "-o", "link", "show", "dev", name});
  const auto at = result.out.find(" mtu ");
  if (result.exit_code != 0 || at == std::string::npos) return std::nullopt;
  return static_cast<unsigned>(std::stoul(result.out.substr(at + 5)));
}

std::string Host::interface_mac(const std::string& name) {
  const std::string line = ip("-o link show dev " + name);
  return line.substr(line.find(" link/ether ") + 12, 17);
}

void connect(Host& left, const std::string& left_name, Host& right, const std::string& right_name) {
  left.ip("link add " + left_name + " type veth peer name " + right_name + " netns " +
          std::to_string(right.tid()));
  left.ip("link set " + left_name + " up");
  right.ip("link set " + right_name + " up");
}

}  // namespace vxtap::lab
