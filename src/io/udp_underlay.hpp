#pragma once

#include <sys/socket.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "io/packet_buffers.hpp"
#include "io/sender_pool.hpp"
#include "io/socket_address.hpp"
#include "io/unique_fd.hpp"
#include "vxtap/ports.hpp"

namespace vxtap::io {

/// Sender pools of one local VTEP, by OuterHeader::send_profile. Immutable once shared.
using SenderPools = std::vector<std::shared_ptr<const SenderPool>>;

/// One receive socket of a local VTEP and the way to send from that VTEP. Worker thread only, but for
/// overflows().
class UdpUnderlay final : public Underlay {
 public:
  /// `buffers` outlives the object. `scope`: interface index for link-local remotes and groups.
  UdpUnderlay(UniqueFd receiver, PacketBuffers& buffers, std::shared_ptr<const SenderPools> senders,
              std::uint32_t scope);

  std::size_t receive(std::span<Datagram> datagrams) noexcept override;
  void send(std::span<const Outbound> copies, std::span<int> errnos) noexcept override;

  /// Between two batches: segments with other source ports came or went.
  void set_senders(std::shared_ptr<const SenderPools> senders) noexcept { senders_ = std::move(senders); }

  int fd() const noexcept { return receiver_.get(); }
  /// Datagrams that found the socket's buffer full, as the kernel counts them. Any thread.
  std::uint64_t overflows() const noexcept { return overflows_.load(std::memory_order_relaxed); }

 private:
  // Constant after construction.
  UniqueFd receiver_;
  PacketBuffers& buffers_;
  std::uint32_t scope_;

  // Worker thread only.
  std::shared_ptr<const SenderPools> senders_;
  std::uint32_t last_overflow_ = 0;

  std::atomic<std::uint64_t> overflows_{0};

  void read_control(msghdr& header, Datagram& datagram) noexcept;
  int socket_for(const Outbound& copy) const noexcept;
};

}  // namespace vxtap::io
