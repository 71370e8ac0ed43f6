#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "counting_new.hpp"
#include "dataplane/tap_pump.hpp"
#include "dataplane/underlay_pump.hpp"
#include "support/printing.hpp"
#include "support/values.hpp"

namespace vxtap::test {

/// A TAP that allocates nothing itself: what its host sends is prepared, what its host gets only counted.
struct StillTap final : TapPort {
  struct Prepared {
    Bytes original;  ///< a pump may write into what it reads
    FrameOffload offload;
    Bytes bytes = Bytes(kFrameHeadroom) + original;
  };
  std::vector<Prepared> frames;
  std::size_t next = 0;
  TapWrite answer = TapWrite::kWritten;
  bool offload = true, refuses_superframes = false;
  bool allocates = false;  ///< for the proof that it would be noticed
  std::uint64_t written = 0, superframes = 0;

  void rewind() {
    next = 0;
    for (auto& frame : frames)
      std::copy(frame.original.begin(), frame.original.end(), frame.bytes.begin() + kFrameHeadroom);
  }
  std::size_t read(std::span<Frame> out) noexcept override {
    if (allocates) ::operator delete(::operator new(1));
    std::size_t count = 0;
    for (; count < out.size() && next < frames.size(); ++count, ++next)
      out[count] = {MutableBytes(frames[next].bytes).subspan(kFrameHeadroom), frames[next].offload};
    return count;
  }
  void write(std::span<const Delivery> deliveries, std::span<TapWrite> results) noexcept override {
    for (std::size_t i = 0; i < deliveries.size(); ++i) {
      const bool superframe = deliveries[i].offload.gso != FrameOffload::Gso::kNone;
      results[i] = superframe && refuses_superframes ? TapWrite::kOffloadRefused : answer;
      written += 1;
      superframes += superframe ? 1 : 0;
    }
  }
  bool takes_offload() const noexcept override { return offload; }
};

/// The same of a local VTEP's UDP side.
struct StillUnderlay final : Underlay {
  struct Prepared {
    Bytes original;
    VtepAddress source;
    std::uint16_t train_size = 0;
    std::uint8_t tos = 0;
    Bytes bytes = original;
  };
  std::uint32_t path_mtu(const Remote&, TimePoint) noexcept override { return 9000; }

  std::vector<Prepared> datagrams;
  std::size_t next = 0;
  SendResult answer;
  bool allocates = false;
  std::uint64_t sent = 0;

  void rewind() {
    next = 0;
    for (auto& one : datagrams) std::copy(one.original.begin(), one.original.end(), one.bytes.begin());
  }
  std::size_t receive(std::span<Datagram> out) noexcept override {
    if (allocates) ::operator delete(::operator new(1));
    std::size_t count = 0;
    for (; count < out.size() && next < datagrams.size(); ++count, ++next)
      out[count] = {.source = datagrams[next].source,
                    .source_port = 50000,
                    .tos = datagrams[next].tos,
                    .payload = datagrams[next].bytes,
                    .train_size = datagrams[next].train_size};
    return count;
  }
  void send(std::span<const Outbound> copies, std::span<SendResult> results) noexcept override {
    for (std::size_t i = 0; i < copies.size(); ++i) {
      results[i] = answer;
      if (answer.error != 0) results[i].failed = copies[i].datagrams();
      sent += copies[i].datagrams();
    }
  }
};

struct CountedEvents final : dataplane::Events {
  std::uint64_t count = 0;
  void own_mac_seen(const Segment&, const VtepAddress&) noexcept override { ++count; }
  void mac_learned(const Segment&, const MacAddress&, const Remote&) noexcept override {}
  void mac_moved(const Segment&, const MacAddress&, const Remote&, const Remote&) noexcept override {
    ++count;
  }
  void mac_held(const Segment&, const MacAddress&, const Remote&, const VtepAddress&) noexcept override {
    ++count;
  }
  void membership_heard(const Segment&, const MembershipMessage&,
                        const std::optional<Remote>&) noexcept override {}
  void send_failed(const Segment&, const Remote&, int) noexcept override { ++count; }
  void superframe_refused(const Segment&) noexcept override { ++count; }
  void train_refused(const Segment&, const Remote&, int) noexcept override { ++count; }
};

/// Both pumps with one segment, which a case changes before it asks.
struct Path {
  static constexpr std::uint64_t kWarmUps = 3, kRounds = 10;

  StillTap tap;
  StillUnderlay underlay;
  CountedEvents events;
  Fdb fdb{1};
  dataplane::PortMap ports;
  Segment segment;
  std::shared_ptr<TapState> tap_state = std::make_shared<TapState>();
  dataplane::TapPump from_tap{0, fdb, ports, events};
  dataplane::UnderlayPump from_underlay{1, fdb, ports, events};
  std::uint64_t packets = 0;  ///< moved while it was counted

  Path() {
    tap_state->up = true;
    tap_state->mac = 0x02'00'00'00'FF'FF;
    tap_state->mtu = 1450;
    segment.key = {0, vni(100)};
    segment.name = "vni100";
    segment.local = address("192.0.2.1");
    segment.flood_list = {remote("192.0.2.2")};
    segment.port = kVxlanPort;
    segment.accept = SourcePolicy::any();
    segment.state = std::make_shared<SegmentState>(2);
    segment.tap_state = tap_state;
    ports.set_tap(0, &tap);
    ports.set_underlay(0, &underlay);
  }

  std::uint64_t dropped(DropReason reason) const {
    return segment.state->totals().drops[static_cast<std::size_t>(reason)] +
           from_tap.counters().unattributed().read(reason) +
           from_underlay.counters().unattributed().read(reason);
  }

  /// Allocations of all that the TAP's host has prepared, kRounds times, after a warm-up.
  std::size_t pumping_tap(TapId id = 0) {
    const SegmentTable table({segment});
    return measure(tap, [&] { return from_tap.pump(table, id, tap, TimePoint{std::chrono::hours(1)}); });
  }
  /// The same of all that is prepared at the underlay.
  std::size_t pumping_underlay() {
    const SegmentTable table({segment});
    TimePoint now{std::chrono::hours(1)};
    return measure(underlay, [&] {
      now += std::chrono::milliseconds(100);
      return from_underlay.pump(table, {.id = 0, .local = segment.local}, underlay, now);
    });
  }

 private:
  template <typename Port, typename Pump>
  std::size_t measure(Port& port, Pump pump) {
    std::size_t allocations = 0;
    for (std::uint64_t round = 0; round < kWarmUps + kRounds; ++round) {
      port.rewind();
      const CountingNew counting;
      std::size_t moved = 0;
      while (const std::size_t batch = pump()) moved += batch;
      if (round < kWarmUps) continue;
      allocations += counting.count();
      packets += moved;
    }
    return allocations;
  }
};

}  // namespace vxtap::test
