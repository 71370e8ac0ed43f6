#include "lab/bpftrace.hpp"

#include <csignal>
#include <string_view>

namespace vxtap::lab {
namespace {

constexpr std::string_view kInstalled = "/usr/sbin/vxtapd";

std::string with_built(std::string program) {
  const std::string path = built("vxtapd");
  for (auto at = program.find(kInstalled); at != std::string::npos;
       at = program.find(kInstalled, at + path.size()))
    program.replace(at, kInstalled.size(), path);
  return program;
}

// bpftrace makes its uprobes in tracefs, and looks for it in debugfs. A mount fails where it is there
// already.
constexpr auto kScript =
    "mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null\n"
    "mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null\n"
    "exec bpftrace -B none -p \"$1\" -e \"$2\"";

}  // namespace

Bpftrace::Bpftrace(Vxtapd& daemon, std::string program)
    : process_(daemon.host().thread(),
               {"unshare", "--mount", "sh", "-c", kScript, "sh", std::to_string(daemon.pid()),
                with_built(std::move(program))},
               {}, directory_ / "bpftrace.log") {}

bool Bpftrace::finish() {
  process_.signal(SIGINT);
  return process_.wait(kPatience) == 0;
}

}  // namespace vxtap::lab
