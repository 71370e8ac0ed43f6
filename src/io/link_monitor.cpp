#include "io/link_monitor.hpp"

#include <linux/rtnetlink.h>

#include <cerrno>

#include "io/rtnl_socket.hpp"
#include "io/system_error.hpp"

namespace vxtap::io {

LinkMonitor::LinkMonitor() : socket_(std::make_unique<RtnlSocket>()) {
  socket_->subscribe(RTNLGRP_LINK);
}
LinkMonitor::~LinkMonitor() = default;
LinkMonitor::LinkMonitor(LinkMonitor&&) noexcept = default;
LinkMonitor& LinkMonitor::operator=(LinkMonitor&&) noexcept = default;

int LinkMonitor::fd() const noexcept {
  return socket_->fd();
}

bool LinkMonitor::drain(const std::function<void(const LinkEvent&)>& report) {
  bool lost = false;
  for (;;) {
    const int error = socket_->receive([&](const nlmsghdr& message) {
      if (const auto link = parse_link(message)) report({*link, message.nlmsg_type == RTM_DELLINK});
    });
    if (error == EAGAIN) return lost;
    if (error == ENOBUFS || error == EMSGSIZE)
      lost = true;
    else if (error != 0)
      throw SystemError("netlink link events", error);
  }
}

}  // namespace vxtap::io
