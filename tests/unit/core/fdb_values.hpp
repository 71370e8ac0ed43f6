#pragma once

#include <map>

#include "support/printing.hpp"
#include "support/values.hpp"
#include "vxtap/fdb.hpp"

namespace vxtap::test {

inline FdbKey key(std::uint32_t number, std::uint64_t mac_value) {
  return {{.endpoint = 0, .vni = vni(number)}, MacAddress::from_u64(mac_value)};
}

/// A remote out of 10.0.0.0/8.
inline Remote remote_number(std::uint32_t number) {
  return {VtepAddress::from_v4({10, static_cast<std::uint8_t>(number >> 16),
                                static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)}),
          kVxlanPort};
}

constexpr Tick seconds(std::uint32_t count) {
  return count * 10;
}

/// The accounts of the segments that exist.
class Accounts {
 public:
  FdbAccount& of(std::uint32_t number) { return accounts_[vni(number).value()]; }
  Fdb::AccountOf lookup() {
    return [this](SegmentKey segment) -> FdbAccount* {
      const auto found = accounts_.find(segment.vni.value());
      return found == accounts_.end() ? nullptr : &found->second;
    };
  }
  void forget(std::uint32_t number) { accounts_.erase(number); }

 private:
  std::map<std::uint32_t, FdbAccount> accounts_;
};

/// All rows, by key. Fails on a key that comes twice, which an undisturbed table never shows.
inline std::map<FdbKey, FdbEntry> rows(const Fdb& fdb) {
  std::map<FdbKey, FdbEntry> found;
  fdb.for_each([&](const FdbEntry& entry) { REQUIRE(found.emplace(entry.key, entry).second); });
  return found;
}

}  // namespace vxtap::test
