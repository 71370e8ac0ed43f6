#include "vxtap/vtep_address.hpp"

#include "support/printing.hpp"
#include "support/values.hpp"

using namespace vxtap;
using namespace vxtap::test;
using namespace std::string_view_literals;

TEST_CASE("vtep address: an IPv4 address is four octets and keeps its family") {
  const auto v4 = address("192.0.2.255");
  CHECK(v4.is_v4());
  CHECK(v4 == VtepAddress::from_v4({192, 0, 2, 255}));
  const auto octets = v4.octets();
  CHECK(Bytes(octets.begin(), octets.end()) == Bytes{192, 0, 2, 255});
  CHECK(v4.to_string() == "192.0.2.255");
  CHECK(address("0.0.0.0").is_v4());
}

TEST_CASE("vtep address: an IPv6 address is sixteen octets in its shortest text") {
  const auto v6 = address("2001:0DB8:0:0:0:0:0:1");
  CHECK_FALSE(v6.is_v4());
  CHECK(v6.octets().size() == 16);
  CHECK(v6.octets()[1] == 0x01);
  CHECK(v6.octets()[15] == 1);
  CHECK(v6.to_string() == "2001:db8::1");
  CHECK_FALSE(address("::").is_v4());
  CHECK(address("::").octets().size() == 16);
}

TEST_CASE("vtep address: the mapped form is the IPv4 address") {
  CHECK(address("::ffff:192.0.2.1") == address("192.0.2.1"));
}

TEST_CASE("vtep address: anything else is refused") {
  const auto text = GENERATE(values<std::string_view>(
      {"", "192.0.2", "192.0.2.256", "192.0.2.1.5", "192.0.2.1/24", "192.0.2.1:4789", "[2001:db8::1]",
       "2001:db8::1%eth0", "2001:db8::1/64", "2001:db8:::1", "12345::", "1:2:3:4:5:6:7:8:9", "host.example",
       " 192.0.2.1", "192.0.2.1\0"sv, "192.0.2.1\0.example"sv}));
  INFO('"' << text << '"');
  CHECK_FALSE(VtepAddress::parse(text));
}

TEST_CASE("vtep address: kinds") {
  struct Kind {
    const char* text;
    bool multicast, unspecified, link_local;
  };
  const auto kind = GENERATE(values<Kind>({{"0.0.0.0", false, true, false},
                                           {"::", false, true, false},
                                           {"223.255.255.255", false, false, false},
                                           {"224.0.0.0", true, false, false},
                                           {"239.255.255.255", true, false, false},
                                           {"240.0.0.0", false, false, false},
                                           {"ff02::1", true, false, false},
                                           {"fe80::1", false, false, true},
                                           {"febf::1", false, false, true},
                                           {"fec0::1", false, false, false},
                                           {"169.254.0.1", false, false, false},
                                           {"::1", false, false, false}}));
  INFO(kind.text);
  CHECK(address(kind.text).is_multicast() == kind.multicast);
  CHECK(address(kind.text).is_unspecified() == kind.unspecified);
  CHECK(address(kind.text).is_link_local() == kind.link_local);
}

TEST_CASE("remote: text with the port") {
  CHECK(to_string(remote("192.0.2.1", 4789)) == "192.0.2.1:4789");
  CHECK(to_string(remote("2001:db8::1", 8472)) == "[2001:db8::1]:8472");
}

TEST_CASE("host and port: split where the port begins") {
  struct Case {
    const char* text;
    const char* host;
    std::optional<std::string_view> port;
  };
  const auto c = GENERATE(values<Case>({{"192.0.2.9", "192.0.2.9", {}},
                                        {"192.0.2.9:4789", "192.0.2.9", "4789"},
                                        {"192.0.2.9:", "192.0.2.9", ""},
                                        {"2001:db8::9:4789", "2001:db8::9:4789", {}},
                                        {"[2001:db8::9]", "2001:db8::9", {}},
                                        {"[2001:db8::9]:4789", "2001:db8::9", "4789"},
                                        {"[fe80::1%eth0]:4789", "fe80::1%eth0", "4789"}}));
  CAPTURE(c.text);
  const auto parts = split_host_and_port(c.text);
  REQUIRE(parts);
  CHECK(parts->host == c.host);
  CHECK(parts->port == c.port);
}

TEST_CASE("host and port: brackets belong to IPv6") {
  for (const auto* text :
       {"[192.0.2.9]:4789", "[192.0.2.9]", "[]:4789", "[2001:db8::9:4789", "[::1]4789", "[[::1]]:1"}) {
    CAPTURE(text);
    CHECK_FALSE(split_host_and_port(text));
  }
}

TEST_CASE("prefix: contains the addresses that share its first bits, within one family") {
  struct Case {
    const char* prefix;
    std::uint8_t length;
    const char* address;
    bool contained;
  };
  const auto c = GENERATE(values<Case>({{"192.0.2.0", 24, "192.0.2.0", true},
                                        {"192.0.2.0", 24, "192.0.2.255", true},
                                        {"192.0.2.0", 24, "192.0.3.0", false},
                                        {"192.0.2.0", 24, "192.0.1.255", false},
                                        {"192.0.2.128", 25, "192.0.2.127", false},
                                        {"192.0.2.128", 25, "192.0.2.128", true},
                                        {"192.0.2.4", 30, "192.0.2.7", true},
                                        {"192.0.2.4", 30, "192.0.2.8", false},
                                        {"192.0.2.9", 24, "192.0.2.1", true},
                                        {"192.0.2.1", 32, "192.0.2.1", true},
                                        {"192.0.2.1", 32, "192.0.2.0", false},
                                        {"0.0.0.0", 0, "255.255.255.255", true},
                                        {"0.0.0.0", 0, "2001:db8::1", false},
                                        {"::", 0, "2001:db8::1", true},
                                        {"::", 0, "192.0.2.1", false},
                                        {"2001:db8::", 32, "2001:db8:ffff::1", true},
                                        {"2001:db8::", 32, "2001:db9::1", false},
                                        {"2001:db8::", 33, "2001:db8:8000::", false},
                                        {"2001:db8::1", 127, "2001:db8::", true},
                                        {"2001:db8::1", 128, "2001:db8::", false},
                                        {"2001:db8::1", 128, "2001:db8::1", true}}));
  INFO(c.prefix << '/' << int{c.length} << " and " << c.address);
  CHECK((Prefix{address(c.prefix), c.length}.contains(address(c.address))) == c.contained);
}
