#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "io/control_space.hpp"
#include "io/socket_address.hpp"
#include "vxtap/ports.hpp"

namespace vxtap::io {

/// How a batch of datagrams leaves.
struct SendWay {
  int socket = -1;
  bool trains = false;           ///< false: every datagram by itself
  std::uint32_t flow_label = 0;  ///< IPv6: 0: as the socket has it
  bool operator==(const SendWay&) const = default;
};

/// Sends datagrams through UDP sockets in as few system calls as the kernel allows: consecutive ones of equal
/// size to one remote as a train (UDP_SEGMENT, Linux 4.18), several trains in one sendmmsg.
///
/// Where the kernel refuses a train (no checksum offload on the device before Linux 6.11, IPsec, a datagram
/// larger than the device's MTU) its datagrams leave one by one, and so do the next ones to that remote
/// before a train is tried again. One thread at a time.
class TrainSender {
 public:
  /// `scope`: interface index for link-local remotes and groups.
  explicit TrainSender(std::uint32_t scope) : scope_(scope), pieces_(kPieces) {}

  /// Sends copies[order[0]], copies[order[1]], ...; results[order[i]] says how each fared.
  void send(const SendWay& way, std::span<const Outbound> copies, std::span<const std::uint32_t> order,
            std::span<SendResult> results) noexcept;

 private:
  static constexpr std::size_t kMessages = 64;
  static constexpr std::size_t kPieces = 1024;  // UIO_MAXIOV: the most of one message, and enough for a batch
  static constexpr std::size_t kRemotes = 256;

  /// How far a batch has been turned into messages: a copy, and a piece of it.
  struct Cursor {
    std::size_t copy = 0;
    std::size_t piece = 0;
  };
  /// The copies of one message: [first, end.copy), and of the copy at end.copy the pieces before end.piece.
  struct Message {
    std::size_t first = 0;
    Cursor end;
    std::uint32_t datagrams = 1;
  };
  struct Batch {
    SendWay way;
    std::span<const Outbound> copies;
    std::span<const std::uint32_t> order;
    std::span<SendResult> results;

    const Outbound& copy(std::size_t i) const noexcept { return copies[order[i]]; }
  };

  // Constant after construction.
  std::uint32_t scope_;

  // Scratch of one call, and what is remembered between them.
  std::vector<iovec> pieces_;
  std::size_t pieces_used_ = 0;
  std::array<Message, kMessages> messages_;
  std::array<mmsghdr, kMessages> headers_;
  std::array<SocketAddress, kMessages> targets_;
  std::array<ControlSpace, kMessages> controls_;
  std::array<std::uint16_t, kRemotes> refrain_{};  // trains not to try, by remote

  std::size_t build(const Batch& batch, Cursor& cursor) noexcept;
  bool build_train(const Batch& batch, Cursor& cursor, std::size_t slot) noexcept;
  bool build_single(const Batch& batch, Cursor& cursor, std::size_t slot) noexcept;
  void finish_message(const Batch& batch, const Outbound& copy, std::size_t first_piece,
                      std::size_t slot) noexcept;
  void put_piece(BytesView piece, std::size_t first_piece) noexcept;
  std::size_t transmit(const Batch& batch, std::size_t count) noexcept;
  void fail(const Batch& batch, const Message& message, int error) noexcept;
  bool may_train(const Remote& remote) noexcept;
};

}  // namespace vxtap::io
