#include "lending_rig.hpp"

namespace vxtap::test {

using dataplane::WorkerChange;

TwoWorkers::TwoWorkers() {
  tap_state_->up = true;
  tap_state_->mac = 0x02'00'00'00'FF'FF;
  tap_state_->mtu = 1450;
  group.emplace(2, fdb_, gate);
  std::vector<WorkerChange> changes(2);
  for (std::size_t i = 0; i < 2; ++i) {
    io::UniqueFd socket = open_socket(kOurs);
    const std::uint16_t port = port_of(socket);
    if (i == 0) {
      port_told = port;
      // A range of just the listening port: everything leaves through the receive sockets, one by one.
      const io::SendProfile profile{port, port, true, false};
      const io::LocalVtep vtep{kOurs, port, {}, 0};
      const auto pool = std::make_shared<const io::SenderPool>(vtep, profile);
      settings_.senders = std::make_shared<const io::SenderPools>(io::SenderPools{pool});
    }
    changes[i].add_taps.push_back({.id = 0, .queue = hosts[i].queue()});
    changes[i].add_receivers.push_back({.id = 0, .endpoint = {0, kOurs}, .socket = std::move(socket)});
    changes[i].underlays = {{0, settings_}};
    changes[i].table = table(vni_told);
  }
  group->apply(std::move(changes));
}

std::shared_ptr<const SegmentTable> TwoWorkers::table(std::uint32_t number) const {
  Segment segment;
  segment.key = {0, vni(number)};
  segment.name = "vni" + std::to_string(number);
  segment.tap = 0;
  segment.local = kOurs;
  segment.flood_list = std::vector<Remote>(8, Remote{kOurs, port_of(sink_)});
  segment.flood_list.push_back(remote("2001:db8::1"));  // which an IPv4 socket refuses
  segment.port = kVxlanPort;
  segment.accept = SourcePolicy::any();
  segment.state = state_;
  segment.tap_state = tap_state_;
  return std::make_shared<const SegmentTable>(std::vector{segment});
}

void TwoWorkers::apply(WorkerChange change) {
  std::vector<WorkerChange> changes(2);
  changes[0] = std::move(change);
  group->apply(std::move(changes));
}

void TwoWorkers::wait_for_loan() {
  wait_until("the flooded worker lends its sockets; this machine does not get it saturated",
             [&] { return first().loans() > loans_seen_; });
  loans_seen_ = first().loans();
}

bool TwoWorkers::tell(std::uint64_t number) const {
  const Bytes datagram =
      vxlan_datagram(vni(vni_told), ethernet_frame(kInside, kOutside, std::to_string(number)));
  const io::SocketAddress where({kOurs, port_told}, 0);
  const ssize_t sent = ::sendto(peer_.get(), datagram.data(), datagram.size(), 0, where.get(), where.size);
  return sent == static_cast<ssize_t>(datagram.size());
}

std::uint64_t TwoWorkers::hear() {
  std::optional<Bytes> frame;
  wait_until("datagram " + std::to_string(next_heard_) + " reaches the TAP", [&] {
    frame = hosts[0].receive();
    return frame.has_value();
  });
  return std::stoull(text_of(*frame));
}

void TwoWorkers::converse(std::size_t count) {
  constexpr std::size_t kWindow = 32;  // no buffer on the way is too small for that
  const std::uint64_t end = next_told_ + count;
  while (next_heard_ != end) {
    while (next_told_ != end && next_told_ - next_heard_ < kWindow) REQUIRE(tell(next_told_++));
    REQUIRE(hear() == next_heard_);
    ++next_heard_;
  }
}

}  // namespace vxtap::test
