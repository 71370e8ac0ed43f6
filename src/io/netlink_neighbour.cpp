#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include <array>
#include <cerrno>

#include "io/netlink.hpp"
#include "io/rtnl_address.hpp"
#include "io/rtnl_socket.hpp"
#include "io/system_error.hpp"

namespace vxtap::io {
namespace {

std::optional<UnresolvedNeighbour> parse_unresolved(const nlmsghdr& message) {
  if (message.nlmsg_type != RTM_NEWNEIGH) return std::nullopt;
  std::array<nlattr*, NDA_MAX + 1> at{};
  auto* header = const_cast<nlmsghdr*>(&message);  // libnl's parser takes it so, and changes nothing
  if (nlmsg_parse(header, sizeof(ndmsg), at.data(), NDA_MAX, nullptr) < 0) return std::nullopt;
  const auto& info = *static_cast<const ndmsg*>(nlmsg_data(header));
  const bool failed = (info.ndm_state & NUD_FAILED) != 0;
  if (!failed && (info.ndm_state & NUD_INCOMPLETE) == 0) return std::nullopt;
  const auto address = address_of(at[NDA_DST]);
  if (!address) return std::nullopt;
  return UnresolvedNeighbour{info.ndm_ifindex, *address, failed};
}

}  // namespace

std::vector<UnresolvedNeighbour> Netlink::unresolved_neighbours() {
  for (;;) {
    std::vector<UnresolvedNeighbour> all;
    const RtnlReply reply =
        socket_->request(RtnlMessage(RTM_GETNEIGH, NLM_F_DUMP, ndmsg{}), [&](const nlmsghdr& answer) {
          if (const auto found = parse_unresolved(answer)) all.push_back(*found);
        });
    if (reply.error == 0) return all;
    if (reply.error != EINTR) throw SystemError("list of neighbours", reply.error, reply.detail);
  }
}

}  // namespace vxtap::io
