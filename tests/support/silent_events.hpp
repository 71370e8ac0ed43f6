#pragma once

#include "dataplane/events.hpp"

namespace vxtap::test {

/// Whom nothing has to be told.
struct SilentEvents : dataplane::Events {
  void own_mac_seen(const Segment&, const VtepAddress&) noexcept override {}
  void mac_learned(const Segment&, const MacAddress&, const Remote&) noexcept override {}
  void mac_moved(const Segment&, const MacAddress&, const Remote&, const Remote&) noexcept override {}
  void mac_held(const Segment&, const MacAddress&, const Remote&, const VtepAddress&) noexcept override {}
  void membership_heard(const Segment&, const MembershipMessage&,
                        const std::optional<Remote>&) noexcept override {}
  void send_failed(const Segment&, const Remote&, int) noexcept override {}
  void superframe_refused(const Segment&) noexcept override {}
  void train_refused(const Segment&, const Remote&, int) noexcept override {}
};

}  // namespace vxtap::test
