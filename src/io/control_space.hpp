#pragma once

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace vxtap::io {

/// Room for the control messages (cmsg(3)) of one packet, either way: ToS, TTL or overflow count, train size.
struct alignas(cmsghdr) ControlSpace {
  std::array<std::uint8_t, 3 * CMSG_SPACE(sizeof(int))> bytes;
};

/// Appends a control message to `header`, whose msg_control points to the space and whose msg_controllen says
/// how much of it is used.
template <typename T>
void put_control(msghdr& header, int level, int type, const T& value) noexcept {
  cmsghdr message{};
  message.cmsg_level = level;
  message.cmsg_type = type;
  message.cmsg_len = CMSG_LEN(sizeof value);
  auto* at = static_cast<std::uint8_t*>(header.msg_control) + header.msg_controllen;
  std::memcpy(at, &message, sizeof message);
  std::memcpy(at + CMSG_LEN(0), &value, sizeof value);
  header.msg_controllen += CMSG_SPACE(sizeof value);
}

/// The value of a received control message that holds a T.
template <typename T>
T control_value(const cmsghdr& message) noexcept {
  T value{};
  std::memcpy(&value, CMSG_DATA(&message), sizeof value);
  return value;
}

}  // namespace vxtap::io
