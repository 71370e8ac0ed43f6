#pragma once

#include <deque>
#include <map>
#include <set>
#include <vector>

#include "support/values.hpp"
#include "vxtap/ports.hpp"

namespace vxtap::test {

/// One UDP packet as the network carried it.
struct Packet {
  VtepAddress source;
  std::uint16_t source_port = 0;
  Remote destination;
  std::uint8_t tos = 0;
  Bytes payload;  ///< from the VXLAN header on
};

class FakeUnderlay;

/// An IP network without wires. It outlives the underlays attached to it.
class FakeNetwork {
 public:
  void attach(const Remote& place, FakeUnderlay& underlay) { listeners_[place].insert(&underlay); }
  /// Packets to the group reach every member, the sender too, as IP_MULTICAST_LOOP has it.
  void join(const Remote& group, FakeUnderlay& underlay) { attach(group, underlay); }

  /// From now on sending there fails so; 0 mends it.
  void fail(const Remote& destination, int error) { errors_[destination] = error; }
  bool fails(const Remote& destination) const {
    const auto known = errors_.find(destination);
    return known != errors_.end() && known->second != 0;
  }
  /// From now on the way there has this MTU; at first no MTU is known.
  void narrow(const Remote& destination, std::uint32_t mtu) { path_mtus_[destination] = mtu; }
  std::uint32_t path_mtu(const Remote& destination) const {
    const auto known = path_mtus_.find(destination);
    return known == path_mtus_.end() ? 0 : known->second;
  }

  /// Returns 0 or the errno. Where nobody listens a packet is lost without a word.
  int carry(const Packet& packet);

  /// Every packet that was accepted, in order.
  const std::vector<Packet>& carried() const noexcept { return carried_; }
  std::vector<VtepAddress> destinations() const;

 private:
  std::map<Remote, std::set<FakeUnderlay*>> listeners_;
  std::map<Remote, int> errors_;
  std::map<Remote, std::uint32_t> path_mtus_;
  std::vector<Packet> carried_;
};

/// A local VTEP's UDP side on a FakeNetwork. What it sends is real VXLAN.
class FakeUnderlay final : public Underlay {
 public:
  FakeUnderlay(FakeNetwork& network, const VtepAddress& local) : network_(network), local_(local) {}

  /// From now on packets of one sender and size that wait one behind the other arrive as a train.
  void receive_trains() noexcept { trains_ = true; }

  void arrive(Packet packet) { waiting_.push_back(std::move(packet)); }

  std::size_t receive(std::span<Datagram> datagrams) noexcept override;
  void send(std::span<const Outbound> copies, std::span<SendResult> results) noexcept override;
  std::uint32_t path_mtu(const Remote& remote, std::chrono::steady_clock::time_point) noexcept override {
    return network_.path_mtu(remote);
  }

 private:
  FakeNetwork& network_;
  const VtepAddress local_;
  std::deque<Packet> waiting_;
  std::vector<Packet> lent_;                // what the last receive() borrowed out
  std::vector<std::uint16_t> train_sizes_;  // of lent_
  bool trains_ = false;

  void join_train();
};

}  // namespace vxtap::test
