#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "offload/coalescer.hpp"
#include "support/naive_offload.hpp"
#include "support/values.hpp"

namespace vxtap::test {

/// A packet as libtins makes it, every field that a superframe's packets must agree in open to change. No
/// Ethernet padding.
struct TrainPacket {
  bool v6 = false;
  bool tcp = true;
  std::string source_mac = "02:00:00:00:00:0a", destination_mac = "02:00:00:00:00:0b";
  std::optional<std::uint16_t> vlan = {};
  std::uint8_t vlan_priority = 0;
  std::uint8_t source_host = 1, destination_host = 2;  ///< last byte of the addresses
  std::uint16_t source_port = 51234, destination_port = 443;
  std::uint8_t traffic_class = 0, hop_limit = 64;
  std::uint32_t flow_label = 0;  ///< IPv6
  bool dont_fragment = true;     ///< IPv4
  std::uint16_t identification = 1;
  std::uint32_t sequence = 1000, acknowledgement = 77;
  std::uint16_t window = 500, urgent_pointer = 0;
  std::uint16_t flags = 0x10;  ///< 12 bits, those of RFC 3168 and RFC 9768 included
  std::optional<std::uint32_t> timestamp = {};
  std::string payload = std::string(100, 'x');

  std::size_t l4_offset() const { return 14U + (vlan ? 4U : 0U) + (v6 ? 40U : 20U); }
  std::size_t checksum_at() const { return l4_offset() + (tcp ? 16U : 6U); }
  std::size_t header_size() const { return l4_offset() + (!tcp ? 8U : timestamp ? 32U : 20U); }

  Bytes bytes() const;
  /// What the packet's sender sends next, as a train.
  TrainPacket next() const;
};

/// Four shapes, each with and without tag and TCP timestamps.
std::vector<TrainPacket> all_train_packets();
std::string name_of(const TrainPacket& packet);

/// `count` packets that follow one another.
std::vector<TrainPacket> train_of(TrainPacket first, std::size_t count);

/// The packet with `values` from `at` on.
Bytes with_bytes(Bytes packet, std::size_t at, const Bytes& values);

/// The untagged IPv4 packet with its header's checksum written anew.
Bytes with_ip_checksum(Bytes packet);

/// A batch that keeps its packets' bytes alive.
class Batch {
 public:
  explicit Batch(std::size_t capacity = 1024) : coalescer(capacity) {}

  /// From now on packets take the short way where it lets them.
  void try_add_next() { short_way_ = true; }
  /// How many it let.
  std::size_t went_short() const { return went_short_; }

  void add(const Bytes& packet, std::uint32_t group = 0, const FrameOffload& offload = {});
  void add(const std::vector<TrainPacket>& packets, std::uint32_t group = 0);
  std::span<const Coalescer::Run> finish() { return coalescer.finish(); }

  Coalescer coalescer;
  std::vector<Bytes> added;  ///< as they were

 private:
  std::vector<std::unique_ptr<Bytes>> storage_;
  bool short_way_ = false;
  std::size_t went_short_ = 0;
};

/// Every packet came out by itself, untouched and in order.
void check_untouched(Batch& batch);

/// One superframe whose packets, cut again, are those that were added.
void check_joined(Batch& batch);

}  // namespace vxtap::test
