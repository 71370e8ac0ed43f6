#include "ctl/examples.hpp"

#include <array>
#include <string>

namespace vxtap::ctl {
namespace {

struct Example {
  std::string_view path;
  std::string_view line;
};

constexpr std::array kExamples{
    Example{"", "vxtapctl show"},
    Example{"show", "vxtapctl show blue"},
    Example{"fdb", "vxtapctl fdb show --vni 42"},
    Example{"fdb show", "vxtapctl fdb show --vni 42 --state reachable"},
    Example{"fdb add", "vxtapctl fdb add 02:00:00:00:00:09 --vni 42 --remote 192.0.2.9"},
    Example{"fdb append", "vxtapctl fdb append 00:00:00:00:00:00 --vni 42 --remote 192.0.2.9"},
    Example{"fdb replace", "vxtapctl fdb replace 02:00:00:00:00:09 --vni 42 --remote 192.0.2.9:8472"},
    Example{"fdb del", "vxtapctl fdb del 02:00:00:00:00:09 --vni 42"},
    Example{"fdb flush", "vxtapctl fdb flush --vni 42 --remote 192.0.2.9"},
    Example{"mdb", "vxtapctl mdb show"},
    Example{"mdb show", "vxtapctl mdb show --vni 42"},
    Example{"mdb add", "vxtapctl mdb add 239.1.1.1 --vni 42 --remote 192.0.2.9"},
    Example{"mdb del", "vxtapctl mdb del 239.1.1.1 --vni 42 --remote 192.0.2.9"},
    Example{"stats", "vxtapctl stats --vni blue --watch 2"},
    Example{"drops", "vxtapctl drops --watch"},
    Example{"top", "vxtapctl top"},
    Example{"explain",
            "vxtapctl explain --vni 42 --from tap --src 02:00:00:00:00:01 --dst 02:00:00:00:00:09"},
    Example{"monitor", "vxtapctl monitor fdb drops"},
    Example{"capture", "vxtapctl capture --vni 42 --filter icmp -w ping.pcapng"},
    Example{"path-mtu", "vxtapctl path-mtu 192.0.2.2"},
    Example{"doctor", "vxtapctl doctor"},
    Example{"reload", "vxtapctl reload"},
    Example{"check", "vxtapctl check /etc/vxtapd/vxtapd.yaml"},
    Example{"log", "vxtapctl log debug"},
    Example{"version", "vxtapctl -j version"},
};

void add_examples_under(CLI::App& app, const std::string& path) {
  if (const auto example = example_of(path); !example.empty())
    app.footer("Example:\n  " + std::string(example));
  for (auto* command : app.get_subcommands({}))
    add_examples_under(*command, path.empty() ? command->get_name() : path + ' ' + command->get_name());
}

}  // namespace

std::string_view example_of(std::string_view path) noexcept {
  for (const auto& example : kExamples)
    if (example.path == path) return example.line;
  return {};
}

void add_examples(CLI::App& app) {
  add_examples_under(app, "");
}

}  // namespace vxtap::ctl
