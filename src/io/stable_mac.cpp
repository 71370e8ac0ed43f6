#include "io/stable_mac.hpp"

#include <cstdint>
#include <fstream>

#include "core/mix.hpp"

namespace vxtap::io {
namespace {

// FNV-1a gathers the bytes; alone it spreads the last of them badly over the high bits, so mix() follows.
// Nobody gains by steering the result (a MAC can simply be set), so it need not be keyed.
class Hash {
 public:
  void add(std::uint8_t byte) { state_ = (state_ ^ byte) * 0x100000001B3ULL; }
  /// The length goes in first, so that two neighbouring fields cannot trade bytes.
  template <typename Bytes>
  void add_field(const Bytes& bytes) {
    add(static_cast<std::uint8_t>(bytes.size()));
    for (auto byte : bytes) add(static_cast<std::uint8_t>(byte));
  }
  std::uint64_t finish() const { return mix(state_); }

 private:
  std::uint64_t state_ = 0xCBF29CE484222325ULL;
};

constexpr std::uint64_t kGroupBit = 0x0100'0000'0000;  // IEEE 802-2014 8.2, in the first octet
constexpr std::uint64_t kLocalBit = 0x0200'0000'0000;

}  // namespace

MacAddress stable_mac(std::string_view machine_id, std::string_view tap_name, const VtepAddress& local) {
  Hash hash;
  hash.add_field(machine_id);
  hash.add_field(tap_name);
  hash.add_field(local.mapped());
  return MacAddress::from_u64(((hash.finish() & 0xFFFF'FFFF'FFFF) & ~kGroupBit) | kLocalBit);
}

std::string machine_id() {
  for (const char* path : {"/etc/machine-id", "/var/lib/dbus/machine-id"}) {
    std::string line;
    if (std::ifstream file(path); std::getline(file, line) && !line.empty()) return line;
  }
  return {};
}

}  // namespace vxtap::io
