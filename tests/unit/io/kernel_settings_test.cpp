#include "io/kernel_settings.hpp"

#include "support/catch.hpp"

using namespace vxtap;

namespace {

// As Linux writes them on a little-endian machine.
const std::string kIgmp =
    "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n"
    "1\tlo        :     1      V3\n"
    "\t\t\t\t010000E0     1 0:00000000\t\t0\n"
    "2\teth0      :     2      V3\n"
    "\t\t\t\t010101EF     1 0:00000000\t\t0\n"
    "\t\t\t\t010000E0     1 0:00000000\t\t0\n";
const std::string kIgmp6 =
    "1    lo              ff020000000000000000000000000001     1 0000000C 0\n"
    "2    eth0            ff0e0000000000000000000000000042     1 00000004 0\n";

bool lists(const std::string& text, const std::string& group, const std::string& device) {
  return io::lists_group(text, *VtepAddress::parse(group), device);
}

}  // namespace

TEST_CASE("kernel settings: /proc/net/igmp") {
  CHECK(lists(kIgmp, "239.1.1.1", "eth0"));
  CHECK_FALSE(lists(kIgmp, "239.1.1.1", "lo"));
  CHECK(lists(kIgmp, "224.0.0.1", "lo"));
  CHECK_FALSE(lists(kIgmp, "239.1.1.2", "eth0"));
  CHECK_FALSE(lists("", "239.1.1.1", "eth0"));
}

TEST_CASE("kernel settings: /proc/net/igmp6") {
  CHECK(lists(kIgmp6, "ff0e::42", "eth0"));
  CHECK_FALSE(lists(kIgmp6, "ff0e::42", "lo"));
  CHECK_FALSE(lists(kIgmp6, "ff0e::43", "eth0"));
}

TEST_CASE("kernel settings: /proc/net/netstat") {
  const std::string text =
      "TcpExt: SyncookiesSent IPReversePathFilter TCPTimeouts\nTcpExt: 0 17 3\n"
      "IpExt: InNoRoutes InMcastPkts\nIpExt: 4 18446744073709551615\n";
  CHECK(io::netstat_value(text, "TcpExt", "IPReversePathFilter") == 17U);
  CHECK(io::netstat_value(text, "IpExt", "InMcastPkts") == UINT64_MAX);
  CHECK_FALSE(io::netstat_value(text, "IpExt", "IPReversePathFilter"));
  CHECK_FALSE(io::netstat_value("", "TcpExt", "IPReversePathFilter"));
  CHECK(io::read_netstat("TcpExt", "IPReversePathFilter"));
}

TEST_CASE("kernel settings: a setting is a number, or not there") {
  CHECK(io::read_setting("kernel/pid_max").value_or(0) > 0);
  CHECK_FALSE(io::read_setting("net/ipv4/conf/no-such-device/rp_filter"));
  CHECK_FALSE(io::read_setting("kernel/ostype"));  // "Linux"
}
