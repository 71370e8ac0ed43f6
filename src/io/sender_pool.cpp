#include "io/sender_pool.hpp"

#include <algorithm>
#include <cerrno>

#include "io/system_error.hpp"

namespace vxtap::io {

/// At the first free port of [from, to), but never the listening one: in its SO_REUSEPORT group the sender
/// would swallow packets.
SenderPool::Place SenderPool::open_in(const LocalVtep& vtep, unsigned from, unsigned to) const {
  const bool some_plain = profile_.df != OuterPolicy::Df::kSet;
  const bool some_whole = profile_.df != OuterPolicy::Df::kUnset;
  SenderOptions options{.checksum = profile_.checksum, .flow_label = profile_.flow_label};
  Place place;
  for (unsigned port = from; port < to; ++port) {
    if (port == vtep.port) continue;
    options.port = static_cast<std::uint16_t>(port);
    place.port = options.port;
    options.dont_fragment = !some_plain;
    UniqueFd& first = some_plain ? place.plain : place.whole;
    first = open_sender(vtep, options);
    if (!first) continue;
    if (!some_plain || !some_whole) return place;
    options.dont_fragment = true;
    place.whole = open_sender_beside(first, vtep, options);
    if (place.whole) return place;
  }
  return {};
}

SenderPool::SenderPool(const LocalVtep& vtep, const SendProfile& profile)
    : profile_(profile), trains_(profile.trains() && known_trains(vtep).sent) {
  const unsigned size = profile.last_port - profile.first_port + 1U;
  const std::string name = describe(vtep) + " source_port ";
  if (size == 1 && profile.first_port == vtep.port) {
    // The receive socket may fragment; over IPv6 that is no fault, as nobody sees a DF.
    const bool whole = profile.df == OuterPolicy::Df::kSet ||
                       (profile.df == OuterPolicy::Df::kInherit && vtep.address.is_v4());
    if (profile.checksum && !whole) return;
    throw SystemError(name + std::to_string(vtep.port), EINVAL,
                      "packets without checksum or with DF need a source port other than the listening one");
  }
  const unsigned count = std::min<unsigned>(kSockets, size);
  for (unsigned i = 0; i < count; ++i) {
    Place place =
        open_in(vtep, profile.first_port + size * i / count, profile.first_port + size * (i + 1) / count);
    if (place.plain || place.whole) places_.push_back(std::move(place));
  }
  if (places_.empty())
    throw SystemError(name + std::to_string(profile.first_port) + "-" + std::to_string(profile.last_port),
                      EADDRINUSE, "every port of the range is taken: widen or move `source_port`");
}

}  // namespace vxtap::io
