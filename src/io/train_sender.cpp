#include "io/train_sender.hpp"

#include <algorithm>
#include <cerrno>

#include "core/remote_hash.hpp"

namespace vxtap::io {
namespace {

// Trains that are sent as datagrams after a refusal before one is tried again: a route or a device that was
// mended is noticed within a second of traffic, and a refusal's wasted copy costs a thousandth.
constexpr std::uint16_t kRefrain = 1000;

/// EIO: the device does not finish checksums (net/ipv4/udp.c before 6.11), or IPsec. EINVAL, and EMSGSIZE
/// since 6.13: a datagram is larger than the device's MTU.
bool means_no_train(int error) noexcept {
  return error == EIO || error == EINVAL || error == EMSGSIZE || error == EOPNOTSUPP;
}

}  // namespace

void TrainSender::send(const SendWay& way, std::span<const Outbound> copies,
                       std::span<const std::uint32_t> order, std::span<SendResult> results) noexcept {
  const Batch batch{way, copies, order, results};
  for (const std::uint32_t i : order) results[i] = {};
  Cursor cursor;
  while (cursor.copy < order.size()) {
    const std::size_t count = build(batch, cursor);
    const std::size_t refused = transmit(batch, count);
    if (refused == count) continue;
    // What lies behind the refused train is built anew, so the order of datagrams stays.
    const Message message = messages_[refused];
    const int error = errno;
    cursor = message.end;
    send({way.socket, false, way.flow_label}, copies,
         order.subspan(message.first, message.end.copy - message.first), results);
    results[order[message.first]].train_refused = error;
  }
}

bool TrainSender::may_train(const Remote& remote) noexcept {
  std::uint16_t& refrain = refrain_[remote_hash(remote) % kRemotes];
  if (refrain == 0) return true;
  --refrain;
  return false;
}

std::size_t TrainSender::build(const Batch& batch, Cursor& cursor) noexcept {
  std::size_t slot = 0;
  pieces_used_ = 0;
  for (; slot < kMessages && cursor.copy < batch.order.size(); ++slot) {
    const bool train = cursor.piece == 0 && batch.way.trains && may_train(batch.copy(cursor.copy).remote);
    if (!(train ? build_train(batch, cursor, slot) : build_single(batch, cursor, slot))) break;
  }
  return slot;
}

/// The copy at the cursor, and those behind it that continue its train. False: no room, try in the next
/// batch.
bool TrainSender::build_train(const Batch& batch, Cursor& cursor, std::size_t slot) noexcept {
  const Outbound& head = batch.copy(cursor.copy);
  if (pieces_used_ + head.pieces.size() > kPieces && slot > 0) return false;
  const std::size_t first_piece = pieces_used_;
  messages_[slot] = {.first = cursor.copy, .end = {}, .datagrams = 0};
  Message& message = messages_[slot];
  std::size_t size = 0;
  do {
    const Outbound& copy = batch.copy(cursor.copy);
    for (const BytesView piece : copy.pieces) put_piece(piece, first_piece);
    size += copy.size;
    message.datagrams += copy.datagrams();
    ++cursor.copy;
    // Only the last datagram of a train may be shorter than the others.
    if (size % head.datagram_size != 0 || cursor.copy == batch.order.size()) break;
    const Outbound& next = batch.copy(cursor.copy);
    const bool same_size =
        next.datagram_size == head.datagram_size || (next.size < head.datagram_size && next.datagrams() == 1);
    if (!same_size || !(next.remote == head.remote) || next.outer.tos != head.outer.tos ||
        next.outer.ttl != head.outer.ttl || size + next.size > kMaxTrainBytes ||
        message.datagrams + next.datagrams() > kMaxTrainDatagrams ||
        pieces_used_ + next.pieces.size() > kPieces)
      break;
  } while (true);
  message.end = cursor;
  finish_message(batch, head, first_piece, slot);
  return true;
}

/// The datagram at the cursor. False: no room.
bool TrainSender::build_single(const Batch& batch, Cursor& cursor, std::size_t slot) noexcept {
  const Outbound& copy = batch.copy(cursor.copy);
  if (pieces_used_ + copy.pieces.size() > kPieces && slot > 0) return false;
  const std::size_t first_piece = pieces_used_;
  messages_[slot] = {.first = cursor.copy, .end = {}, .datagrams = 1};
  for (std::size_t size = 0; size < copy.datagram_size && cursor.piece < copy.pieces.size(); ++cursor.piece) {
    put_piece(copy.pieces[cursor.piece], first_piece);
    size += copy.pieces[cursor.piece].size();
  }
  if (cursor.piece == copy.pieces.size()) cursor = {cursor.copy + 1, 0};
  messages_[slot].end = cursor;
  finish_message(batch, copy, first_piece, slot);
  return true;
}

void TrainSender::put_piece(BytesView piece, std::size_t first_piece) noexcept {
  auto* const data = const_cast<std::uint8_t*>(piece.data());  // sendmsg only reads
  if (pieces_used_ > first_piece) {
    iovec& last = pieces_[pieces_used_ - 1];
    if (static_cast<std::uint8_t*>(last.iov_base) + last.iov_len == data) {
      last.iov_len += piece.size();
      return;
    }
  }
  pieces_[pieces_used_++] = {data, piece.size()};
}

void TrainSender::finish_message(const Batch& batch, const Outbound& copy, std::size_t first_piece,
                                 std::size_t slot) noexcept {
  const bool v4 = copy.remote.address.is_v4();
  targets_[slot] = SocketAddress(copy.remote, scope_, batch.way.flow_label);
  msghdr& header = headers_[slot].msg_hdr;
  header = {.msg_name = targets_[slot].get(),
            .msg_namelen = targets_[slot].size,
            .msg_iov = &pieces_[first_piece],
            .msg_iovlen = pieces_used_ - first_piece,
            .msg_control = controls_[slot].bytes.data(),
            .msg_controllen = 0,
            .msg_flags = 0};
  if (copy.outer.tos != 0)
    put_control(header, v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_TOS : IPV6_TCLASS, int{copy.outer.tos});
  if (copy.outer.ttl != 0)
    put_control(header, v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_TTL : IPV6_HOPLIMIT, int{copy.outer.ttl});
  if (messages_[slot].datagrams > 1)
    put_control(header, SOL_UDP, UDP_SEGMENT, static_cast<std::uint16_t>(copy.datagram_size));
  if (header.msg_controllen == 0) header.msg_control = nullptr;
}

/// Sends the first `count` messages. Returns the first refused train's number, with errno set, or `count`.
std::size_t TrainSender::transmit(const Batch& batch, std::size_t count) noexcept {
  for (std::size_t sent = 0; sent < count;) {
    const int done =
        sendmmsg(batch.way.socket, &headers_[sent], static_cast<unsigned>(count - sent), MSG_DONTWAIT);
    if (done > 0) {
      sent += static_cast<std::size_t>(done);
      continue;
    }
    // sendmmsg stops at the first failure and reports it when that message comes first: the rest goes on.
    if (done < 0 && errno == EINTR) continue;
    const Message& message = messages_[sent];
    if (message.datagrams > 1 && means_no_train(errno)) {
      refrain_[remote_hash(batch.copy(message.first).remote) % kRemotes] = kRefrain;
      return sent;
    }
    fail(batch, message, errno);
    ++sent;
  }
  return count;
}

void TrainSender::fail(const Batch& batch, const Message& message, int error) noexcept {
  const bool single = message.datagrams == 1;
  const std::size_t last = single ? message.first + 1 : message.end.copy;
  for (std::size_t i = message.first; i < last; ++i) {
    SendResult& result = batch.results[batch.order[i]];
    if (result.error == 0) result.error = error;
    result.failed += single ? 1 : batch.copy(i).datagrams();
  }
}

}  // namespace vxtap::io
