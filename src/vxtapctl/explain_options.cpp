#include "ctl/explain_options.hpp"

namespace vxtap::ctl {
namespace {

constexpr auto kFields = "--src and --dst";

/// The ways to say which bytes are meant that were taken.
int ways(const ExplainOptions& options) {
  return options.frame.has_value() + options.datagram.has_value() + options.capture.has_value() +
         (options.source || options.destination);
}

void check_fields(const ExplainOptions& options) {
  const bool ends = options.source && options.destination;
  const bool more = options.vlan || options.untagged || options.size || options.ip_source.has_value() ||
                    options.ip_destination.has_value();
  if ((options.source || options.destination) && !ends)
    throw WrongUsage("explain: --src and --dst go together");
  if (more && !ends)
    throw WrongUsage(
        "explain: --vlan, --untagged, --size, --ip-src and --ip-dst describe a frame that has --src and "
        "--dst");
  if (options.ip_source.has_value() != options.ip_destination.has_value())
    throw WrongUsage("explain: --ip-src and --ip-dst go together");
}

}  // namespace

void check_explain(const ExplainOptions& options) {
  if (!options.from && !options.capture)
    throw WrongUsage("explain: --from is required: tap, or the address of a remote");
  const std::string bytes = options.from_tap() ? "--frame" : "--datagram";
  if (ways(options) != 1)
    throw WrongUsage("explain: which frame? give one of " + bytes + ", --pcap, or " + kFields);
  check_fields(options);
  if (options.from_tap() && options.datagram)
    throw WrongUsage("explain: --datagram is what a remote sends; from a TAP it is --frame");
  if (!options.from_tap() && options.frame)
    throw WrongUsage("explain: --frame is what a TAP hands over; from a remote it is --datagram");
  if (options.from_tap() && options.tos)
    throw WrongUsage("explain: --tos is of the outer packet that a remote sends");
  const bool needs_vni = options.from_tap() || options.source;
  if (needs_vni && !options.vni && !options.named) throw WrongUsage("explain: --vni is required");
}

}  // namespace vxtap::ctl
