#pragma once

#include <sys/socket.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "io/packet_buffers.hpp"
#include "io/path_mtu_cache.hpp"
#include "io/sender_pool.hpp"
#include "io/train_sender.hpp"
#include "io/unique_fd.hpp"
#include "vxtap/ports.hpp"

namespace vxtap::io {

/// Sender pools of one local VTEP, by OuterHeader::send_profile. Immutable once shared.
using SenderPools = std::vector<std::shared_ptr<const SenderPool>>;

/// What may change of an underlay while it runs.
struct UnderlaySettings {
  std::shared_ptr<const SenderPools> senders;
  bool receive_trains = true;  ///< the kernel may join datagrams of one sender (UDP_GRO, Linux 5.0)
};

/// One receive socket of a local VTEP and the way to send from that VTEP. The two share no state: one thread
/// at a time receives, one sends, and neither while settings are applied.
class UdpUnderlay final : public Underlay {
 public:
  /// `probe`: see PathMtuCache; empty: nothing is known of paths. `buffers` outlives the object. `scope`:
  /// interface index for link-local remotes and groups.
  UdpUnderlay(UniqueFd receiver, UniqueFd probe, PacketBuffers& buffers, std::uint32_t scope);

  std::size_t receive(std::span<Datagram> datagrams) noexcept override;
  void send(std::span<const Outbound> copies, std::span<SendResult> results) noexcept override;
  std::uint32_t path_mtu(const Remote& remote, PathMtuCache::TimePoint now) noexcept override {
    return paths_.mtu(remote, now);
  }

  /// Between two batches: segments came or went. Until the first time nothing can be sent.
  void apply(const UnderlaySettings& settings) noexcept;

  int fd() const noexcept { return receiver_.get(); }
  /// Datagrams that found the socket's buffer full, as the kernel counts them. Any thread.
  std::uint64_t overflows() const noexcept { return overflows_.load(std::memory_order_relaxed); }

 private:
  // Constant after construction.
  UniqueFd receiver_;
  PacketBuffers& buffers_;

  // Sender's thread only.
  std::shared_ptr<const SenderPools> senders_;
  TrainSender sender_;
  PathMtuCache paths_;
  std::vector<std::uint64_t> sorted_;  // scratch of send()
  std::vector<std::uint32_t> order_;   // scratch of send()

  // Receiver's thread only.
  std::size_t next_messages_;  // how many the next receive() asks for
  std::uint32_t last_overflow_ = 0;

  std::atomic<std::uint64_t> overflows_{0};

  void read_control(msghdr& header, Datagram& datagram) noexcept;
  void sort_copies(std::span<const Outbound> copies) noexcept;
  SendWay way_of(const Outbound& copy) const noexcept;
};

}  // namespace vxtap::io
