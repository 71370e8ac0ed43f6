#include <CLI/CLI.hpp>

#include "ctl/grammar.hpp"
#include "ctl/option_check.hpp"
#include "ctl/option_values.hpp"

namespace vxtap::ctl {

void Grammar::add_explain() {
  auto& options = arguments_.explain;
  auto* explain = command(app_, Command::kExplain, "explain",
                          "What would become of a frame, step by step; nothing is sent or changed");
  explain
      ->add_option_function<std::string>(
          "--vni",
          [this, &options](const std::string& value) {
            options.vni = parse_vni(value);
            options.named = !options.vni;
            if (options.named) arguments_.segment = value;
          },
          "The segment that a TAP hands it to, or that the datagram is for")
      ->check(check_with(is_segment, kNoSegment))
      ->type_name("VNI");
  word(explain, "--from", options.from, "Where it comes from: tap, or a remote")
      ->check(check_with([](const std::string& from) { return from == "tap" || parse_remote(from); },
                         "tap, and no address like 192.0.2.9 or 192.0.2.9:50000"))
      ->type_name("tap|ADDR[:PORT]");
  word(explain, "--frame", options.frame, "From a TAP: the Ethernet frame; - reads standard input")
      ->type_name("HEX");
  word(explain, "--datagram", options.datagram, "From a remote: the UDP payload; - reads standard input")
      ->type_name("HEX");
  word(explain, "--pcap", options.capture, "A capture with the packet")->type_name("FILE");
  explain->add_option("--packet", options.packet, "Which of its packets (default 1)")
      ->check(check_with(parse_count, "a number from 1 to 4294967295"))
      ->type_name("N");
  const auto mac_of = check_with(MacAddress::parse, "a MAC address like 02:00:00:00:00:09");
  word(explain, "--src", options.source, "A frame with this source")->check(mac_of)->type_name("MAC");
  word(explain, "--dst", options.destination, "and this destination")->check(mac_of)->type_name("MAC");
  auto* vlan =
      number(explain, "--vlan", options.vlan, "802.1Q VID of its tag (default on a trunk: the segment's)")
          ->check(CLI::Range(1, 4094));
  explain->add_flag("--untagged", options.untagged, "No tag, on a trunk either")->excludes(vlan);
  number(explain, "--size", options.size, "Bytes behind the Ethernet header and tag (default 64)")
      ->check(CLI::Range(0, 65000));
  const auto ip = check_with(VtepAddress::parse, "an IP address without port and zone");
  word(explain, "--ip-src", options.ip_source, "An echo request from this address")
      ->check(ip)
      ->type_name("ADDR");
  word(explain, "--ip-dst", options.ip_destination, "to this one, with Don't Fragment")
      ->check(ip)
      ->type_name("ADDR");
  number(explain, "--tos", options.tos, "From a remote: ToS of the outer packet (default 0)")
      ->check(CLI::Range(0, 255));
}

CLI::Option* Grammar::word(CLI::App* command, const std::string& option, std::optional<std::string>& kept,
                           const std::string& what) {
  return command->add_option_function<std::string>(
      option, [&kept](const std::string& value) { kept = value; }, what);
}

CLI::Option* Grammar::number(CLI::App* command, const std::string& option, std::optional<std::uint32_t>& kept,
                             const std::string& what) {
  return command
      ->add_option_function<std::uint32_t>(
          option, [&kept](const std::uint32_t& value) { kept = value; }, what)
      ->type_name("N");
}

}  // namespace vxtap::ctl
