#pragma once

#include <functional>
#include <memory>

#include "io/link_info.hpp"

namespace vxtap::io {

class RtnlSocket;

/// An interface came, changed or went.
struct LinkEvent {
  LinkInfo link;
  bool deleted = false;
};

/// Hears of interfaces from the kernel, in the network namespace of the thread that made it.
class LinkMonitor {
 public:
  /// Throws SystemError.
  LinkMonitor();
  ~LinkMonitor();
  LinkMonitor(LinkMonitor&&) noexcept;
  LinkMonitor& operator=(LinkMonitor&&) noexcept;

  /// Readable when there is something to drain.
  int fd() const noexcept;

  /// Reports all that is waiting, in the kernel's order. True when events were lost (they came faster than
  /// they were drained): the caller must read all interfaces anew.
  bool drain(const std::function<void(const LinkEvent&)>& report);

 private:
  std::unique_ptr<RtnlSocket> socket_;
};

}  // namespace vxtap::io
