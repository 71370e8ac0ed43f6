#include "io/rtnl_socket.hpp"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <new>

#include "io/system_error.hpp"

namespace vxtap::io {
namespace {

void check_room(int result) {
  if (result < 0) throw std::bad_alloc();
}

void enable(int fd, int option) {
  // Each of these only improves answers; kernels without it answer as well.
  const int on = 1;
  static_cast<void>(::setsockopt(fd, SOL_NETLINK, option, &on, sizeof on));
}

/// Reads NLMSG_ERROR, which also carries success. With NETLINK_CAP_ACK the request is not echoed, so the
/// attributes follow the fixed part.
RtnlReply parse_error(const nlmsghdr& message) {
  auto* header = const_cast<nlmsghdr*>(&message);  // libnl's parser takes it so, and changes nothing
  RtnlReply reply;
  if (nlmsg_datalen(header) < static_cast<int>(sizeof(nlmsgerr))) return {EPROTO, {}};
  reply.error = -static_cast<const nlmsgerr*>(nlmsg_data(header))->error;
  std::array<nlattr*, NLMSGERR_ATTR_MAX + 1> at{};
  if ((header->nlmsg_flags & NLM_F_ACK_TLVS) != 0 &&
      nlmsg_parse(header, sizeof(nlmsgerr), at.data(), NLMSGERR_ATTR_MAX, nullptr) >= 0 &&
      at[NLMSGERR_ATTR_MSG] != nullptr)
    reply.detail = nla_get_string(at[NLMSGERR_ATTR_MSG]);
  return reply;
}

}  // namespace

RtnlMessage::RtnlMessage(std::uint16_t type, int flags) : message_(nlmsg_alloc_simple(type, flags)) {
  if (!message_) throw std::bad_alloc();
}
void RtnlMessage::Free::operator()(nl_msg* message) const noexcept {
  nlmsg_free(message);
}

void RtnlMessage::append(const void* header, std::size_t size) {
  check_room(nlmsg_append(get(), const_cast<void*>(header), size, NLMSG_ALIGNTO));
}
void RtnlMessage::put(int attribute, BytesView bytes) {
  check_room(nla_put(get(), attribute, static_cast<int>(bytes.size()), bytes.data()));
}
void RtnlMessage::put(int attribute, std::uint32_t value) {
  check_room(nla_put_u32(get(), attribute, value));
}
void RtnlMessage::put(int attribute, std::uint8_t value) {
  check_room(nla_put_u8(get(), attribute, value));
}
void RtnlMessage::put(int attribute, const std::string& text) {
  check_room(nla_put_string(get(), attribute, text.c_str()));
}

/// More than the 32 KiB that the kernel puts into one datagram of a dump.
struct RtnlSocket::Buffer {
  alignas(nlmsghdr) std::array<std::uint8_t, 65536> bytes;
};

RtnlSocket::RtnlSocket() : socket_(nl_socket_alloc()), buffer_(std::make_unique<Buffer>()) {
  if (!socket_) throw std::bad_alloc();
  if (nl_connect(socket_.get(), NETLINK_ROUTE) < 0)
    throw SystemError("netlink socket", errno, "allow the address family AF_NETLINK to the service");
  enable(fd(), NETLINK_EXT_ACK);
  enable(fd(), NETLINK_CAP_ACK);
  enable(fd(), NETLINK_GET_STRICT_CHK);  // a dump for one interface then costs only that interface
}
RtnlSocket::~RtnlSocket() = default;
void RtnlSocket::Free::operator()(nl_sock* socket) const noexcept {
  nl_socket_free(socket);
}

int RtnlSocket::fd() const noexcept {
  return nl_socket_get_fd(socket_.get());
}

void RtnlSocket::subscribe(int group) {
  if (nl_socket_add_membership(socket_.get(), group) < 0 || nl_socket_set_nonblocking(socket_.get()) < 0)
    throw SystemError("netlink group " + std::to_string(group), errno);
}

RtnlReply RtnlSocket::request(const RtnlMessage& message, const Handler& handle) {
  nl_complete_msg(socket_.get(), message.get());
  const nlmsghdr& header = *nlmsg_hdr(message.get());
  if (::send(fd(), &header, header.nlmsg_len, 0) < 0) throw SystemError("netlink request", errno);

  RtnlReply reply;
  bool done = false;
  bool interrupted = false;
  while (!done) {
    const int error = receive([&](const nlmsghdr& answer) {
      if (answer.nlmsg_seq != header.nlmsg_seq) return;
      interrupted = interrupted || (answer.nlmsg_flags & NLM_F_DUMP_INTR) != 0;
      done = answer.nlmsg_type == NLMSG_ERROR || answer.nlmsg_type == NLMSG_DONE;
      if (answer.nlmsg_type == NLMSG_ERROR)
        reply = parse_error(answer);
      else if (!done && handle)
        handle(answer);
    });
    if (error != 0) throw SystemError("netlink answer", error);
  }
  if (reply.error == 0 && interrupted) reply.error = EINTR;
  return reply;
}

int RtnlSocket::receive(const Handler& handle) {
  sockaddr_nl sender{};
  socklen_t sender_size = sizeof sender;
  ssize_t got = 0;
  do {
    got = ::recvfrom(fd(), buffer_->bytes.data(), buffer_->bytes.size(), MSG_TRUNC,
                     reinterpret_cast<sockaddr*>(&sender), &sender_size);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return errno;
  if (static_cast<std::size_t>(got) > buffer_->bytes.size()) return EMSGSIZE;
  if (sender.nl_pid != 0) return 0;  // only the kernel is believed

  int left = static_cast<int>(got);
  auto* message = reinterpret_cast<nlmsghdr*>(buffer_->bytes.data());
  for (; nlmsg_ok(message, left); message = nlmsg_next(message, &left)) handle(*message);
  return 0;
}

}  // namespace vxtap::io
