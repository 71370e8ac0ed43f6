#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/implementation.hpp"
#include "lab/overlay.hpp"
#include "lab/packets.hpp"

namespace vxtap::conformance {

inline constexpr auto kBroadcast = "ff:ff:ff:ff:ff:ff";

/// Four hosts on one wire: on host 0 the VTEP under test, on hosts 1 to 3 nothing but observers and packets
/// made by hand. All that is observed is what stood on the wire or came out of the device.
class Stage {
 public:
  static constexpr std::size_t kRemotes = 3;

  /// Each packet is seen by itself, its checksums complete, as on a physical wire.
  explicit Stage(Kind kind);

  /// Puts a VTEP of this setup on host 0; the one that is there stays when it has the same.
  void set_up(const Setup& setup);

  lab::Wire& wire() noexcept { return wire_; }
  lab::Host& host() { return wire_.host(0); }
  const Setup& setup() const noexcept { return setup_; }
  lab::Family family() const noexcept { return setup_.family; }
  Implementation& vtep() { return *vtep_; }
  /// What arrives at host `remote` (from 1), on its eth0.
  lab::Observer& remote(std::size_t remote) { return *remotes_.at(remote - 1); }
  /// What comes out of a device of host 0. Recorded from the first call on, the first segment's always.
  lab::Observer& device(const std::string& name);
  lab::Observer& device() { return device(setup_.segments.front().device); }

  /// A number and a MAC nobody has used on this stage.
  std::uint32_t next_mark() noexcept { return ++mark_; }
  std::string station();
  /// Test frames no two of which are equal: from the device's own MAC to a station, or the other way round.
  lab::Bytes frame_to(const std::string& mac) {
    return lab::test_frame(lab::overlay_mac(0), mac, next_mark());
  }
  lab::Bytes frame_from(const std::string& mac) {
    return lab::test_frame(mac, lab::overlay_mac(0), next_mark());
  }
  std::vector<lab::Bytes> frames_to(const std::string& mac, unsigned count);

  /// Sends frames out of the first segment's device, as host 0's stack would.
  void send(const std::vector<lab::Bytes>& frames);
  void send(const lab::Bytes& frame) { send(std::vector<lab::Bytes>{frame}); }
  /// Encapsulated copies of the frame that reached the remote so far.
  std::vector<lab::Outer> copies(const lab::Bytes& frame, std::size_t remote);
  bool reaches(const lab::Bytes& frame, std::size_t remote);
  /// The first of them; throws when none comes.
  lab::Outer seen(const lab::Bytes& frame, std::size_t remote = 1);
  lab::Outer outer_of(const lab::Bytes& frame, std::size_t remote = 1) {
    send(frame);
    return seen(frame, remote);
  }
  /// Sends the frames, then a broadcast, waits for that at `witnesses`, and says how many of the frames each
  /// remote has: "10 0 0". A frame that some remote has twice is told.
  std::string spread(const std::vector<lab::Bytes>& frames,
                     const std::vector<std::size_t>& witnesses = {1, 2, 3});
  std::string spread_to(const std::string& mac) { return spread(frames_to(mac, 10)); }

  /// Sends UDP payloads to the VTEP, then a frame in a good packet from host 1, waits for that at the device,
  /// and returns what else came out of it.
  std::vector<lab::Bytes> let_in(const std::vector<lab::Bytes>& payloads, lab::Underlying way = {});
  /// The same with whole packets of host 1.
  std::vector<lab::Bytes> let_in_packets(const std::vector<lab::Bytes>& packets);
  /// The same with one payload: "passed" or "dropped".
  std::string verdict(const lab::Bytes& payload, const lab::Underlying& way = {});
  /// Lets host `remote` speak for a station, which throws unless the frame comes out of the device.
  void hear(const std::string& mac, std::size_t remote);

 private:
  void send_good(const lab::Bytes& frame, std::size_t remote);
  std::size_t received();
  /// Waits for a good packet; what came out of the device beside it and behind the first `before`.
  std::vector<lab::Bytes> received_since(std::size_t before);

  const Kind kind_;
  Setup setup_;
  lab::Wire wire_;
  std::vector<std::unique_ptr<lab::Observer>> remotes_;
  std::unique_ptr<Implementation> vtep_;
  std::map<std::string, std::unique_ptr<lab::Observer>> devices_;  // of vtep_, and gone before it
  std::uint32_t mark_ = 0;
  unsigned stations_ = 0;
};

}  // namespace vxtap::conformance
