#include "handover/saved_state_format.hpp"

#include <algorithm>
#include <array>
#include <boost/crc.hpp>
#include <type_traits>
#include <variant>

#include "handover/archive.hpp"

namespace vxtap::handover {
namespace {

constexpr std::array<std::uint8_t, 8> kMagic{'v', 'x', 't', 'a', 'p', 0, 0, 0};
constexpr std::size_t kVersionAt = 8, kSumAt = 12, kLengthAt = 16, kBodyAt = 20;

std::uint32_t sum_of(BytesView bytes) {
  boost::crc_32_type sum;
  sum.process_bytes(bytes.data(), bytes.size());
  return sum.checksum();
}

// One description for both directions: `A` is a Saver and `T` const, or a Loader and not.

template <typename A>
constexpr bool kLoads = std::is_same_v<A, Loader>;

template <typename A, typename T>
void mac(A& archive, T& value) {
  std::uint64_t number = value.to_u64();
  archive.number(number);
  if constexpr (kLoads<A>) value = MacAddress::from_u64(number);
}

template <typename A, typename T>
void address(A& archive, T& value) {
  auto octets = value.mapped();
  archive.octets(octets);
  if constexpr (kLoads<A>) value = VtepAddress::from_v6(octets);
}

template <typename A, typename T>
void remote(A& archive, T& value) {
  address(archive, value.address);
  archive.number(value.port);
}

template <typename A, typename T>
void remotes(A& archive, T& values) {
  archive.list(values, [&](auto& one) { remote(archive, one); });
}

template <typename A, typename T>
void key(A& archive, T& value) {
  std::uint64_t number = value.to_u40();
  archive.number(number);
  if constexpr (kLoads<A>) value = SegmentKey::from_u40(number);
}

/// Of signed numbers none is negative.
template <typename A, typename T>
void index(A& archive, T& value) {
  auto number = static_cast<std::uint32_t>(value);
  archive.number(number);
  if constexpr (kLoads<A>) value = static_cast<T>(number);
}

template <typename A, typename T>
void group(A& archive, T& value) {
  bool is_mac = std::holds_alternative<MacAddress>(value);
  archive.flag(is_mac);
  if constexpr (kLoads<A>)
    if (is_mac) value = MacAddress{};
  if (is_mac)
    mac(archive, std::get<MacAddress>(value));
  else
    address(archive, std::get<VtepAddress>(value));
}

template <typename A, typename T>
void endpoint(A& archive, T& value) {
  archive.number(value.id);
  address(archive, value.vtep.address);
  archive.number(value.vtep.port);
  archive.text(value.vtep.device);
  archive.number(value.vtep.scope);
}

template <typename A, typename T>
void tap(A& archive, T& value) {
  archive.text(value.name);
  archive.flag(value.traces.created);
  archive.list(value.traces.added, [&](auto& one) {
    address(archive, one.address);
    archive.number(one.prefix_length);
  });
  index(archive, value.traces.enslaved_to);
  archive.flag(value.traces.brought_up);
  archive.flag(value.traces.made_persistent);
}

template <typename A, typename T>
void totals(A& archive, T& value) {
  for (auto* count :
       {&value.tx_packets, &value.tx_bytes, &value.rx_packets, &value.rx_bytes, &value.flooded,
        &value.flooded_copies, &value.suppressed, &value.partial_checksum_completed, &value.fdb_full})
    archive.number(*count);
  for (auto& count : value.drops) archive.number(count);
}

template <typename A, typename T>
void segment(A& archive, T& value) {
  key(archive, value.key);
  archive.choice(value.mode, PeerMode::kStaticFlood);
  remotes(archive, value.remotes);
  remotes(archive, value.flood_list);
  archive.list(value.control_entries, [&](auto& one) {
    mac(archive, one.mac);
    remote(archive, one.remote);
  });
  archive.list(value.memberships, [&](auto& one) {
    group(archive, one.group);
    remote(archive, one.remote);
  });
  totals(archive, value.totals);
  for (auto* count : {&value.learned, &value.moved, &value.aged, &value.refused}) archive.number(*count);
}

template <typename A, typename T>
void fdb_entry(A& archive, T& value) {
  key(archive, value.key.segment);
  mac(archive, value.key.mac);
  remote(archive, value.remote);
  archive.choice(value.state, FdbState::kPermanent);
  archive.choice(value.origin, FdbOrigin::kConfig);
  archive.number(value.heard);
  archive.flag(value.sticky);
}

template <typename A, typename T>
void describe(A& archive, T& state) {
  archive.number(state.sequence);
  archive.list(state.endpoints, [&](auto& one) { endpoint(archive, one); });
  archive.list(state.taps, [&](auto& one) { tap(archive, one); });
  archive.list(state.segments, [&](auto& one) { segment(archive, one); });
  archive.list(state.fdb, [&](auto& one) { fdb_entry(archive, one); });
  for (auto& count : state.totals.drops) archive.number(count);
  for (auto* count : {&state.totals.socket_overflows, &state.totals.trains_refused,
                      &state.totals.superframes_refused, &state.totals.worker_loans})
    archive.number(*count);
}

Decoded refused(std::string why) {
  return {std::nullopt, std::move(why)};
}

}  // namespace

std::vector<std::uint8_t> encode(const SavedState& state) {
  Saver body;
  describe(body, state);
  std::vector<std::uint8_t> bytes(kBodyAt);
  std::copy(kMagic.begin(), kMagic.end(), bytes.begin());
  store_be(MutableBytes(bytes), kVersionAt, kFormatVersion);
  store_be(MutableBytes(bytes), kLengthAt, static_cast<std::uint32_t>(body.bytes().size()));
  bytes.insert(bytes.end(), body.bytes().begin(), body.bytes().end());
  store_be(MutableBytes(bytes), kSumAt, sum_of(BytesView(bytes).subspan(kLengthAt)));
  return bytes;
}

Decoded decode(BytesView bytes) {
  const auto length = load_be<std::uint32_t>(bytes, kLengthAt);
  if (!length || !std::equal(kMagic.begin(), kMagic.end(), bytes.begin()))
    return refused("it is none of vxtapd");
  if (const auto version = *load_be<std::uint32_t>(bytes, kVersionAt); version != kFormatVersion)
    return refused("its format has version " + std::to_string(version) + ", this vxtapd reads version " +
                   std::to_string(kFormatVersion));
  if (bytes.size() - kBodyAt < *length) return refused("it is cut short");
  const auto summed = bytes.subspan(kLengthAt, kBodyAt - kLengthAt + *length);
  if (sum_of(summed) != *load_be<std::uint32_t>(bytes, kSumAt)) return refused("its checksum is wrong");
  Loader body(bytes.subspan(kBodyAt, *length));
  Decoded decoded{SavedState{}, ""};
  describe(body, *decoded.state);
  return body.finished() ? std::move(decoded) : refused("it says what cannot be");
}

}  // namespace vxtap::handover
