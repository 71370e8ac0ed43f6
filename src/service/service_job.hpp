#pragma once

namespace vxtap::service {

/// Whether the service manager is stopping this service without starting it again, as far as can be found out
/// within half a second: from the job it runs (org.freedesktop.systemd1(5), Job), over the system bus. False
/// where there is no bus or no such job. Control thread.
bool stops_for_good();

}  // namespace vxtap::service
