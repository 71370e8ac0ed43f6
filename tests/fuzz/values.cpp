// What people and programs write for bytes, addresses and ports: taken, it is written and taken the same
// again.
#include <string_view>

#include "control/hex.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"

using namespace vxtap;
using namespace vxtap::fuzz;

namespace {

void check_hex(const std::string& text) {
  const auto bytes = control::from_hex(text);
  if (!bytes) return;
  require(2 * bytes->size() <= text.size(), "every byte has two digits");
  const std::string written = control::to_hex(*bytes);
  require(control::from_hex(written) == bytes, "hexadecimal comes back");
  require(control::to_hex(*control::from_hex(written)) == written, "as it was written");
}

void check_addresses(const std::string& text) {
  if (const auto mac = MacAddress::parse(text))
    require(MacAddress::parse(mac->to_string()) == mac, "a MAC address comes back");
  if (const auto ip = VtepAddress::parse(text))
    require(VtepAddress::parse(ip->to_string()) == ip, "an IP address comes back");
  const auto parts = split_host_and_port(text);
  if (!parts) return;
  require(parts->host.size() + (parts->port ? parts->port->size() : 0) <= text.size(), "parts of the text");
  const auto host = VtepAddress::parse(parts->host);
  if (!host) return;
  const std::string written = to_string(Remote{*host, 4789});
  const auto again = split_host_and_port(written);
  require(again && VtepAddress::parse(again->host) == host && again->port == "4789", "a remote comes back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = Input(data, size).text();
  check_hex(text);
  check_addresses(text);
  return 0;
}
