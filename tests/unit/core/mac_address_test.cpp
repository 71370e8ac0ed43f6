#include "vxtap/mac_address.hpp"

#include "support/printing.hpp"

using namespace vxtap;
using namespace std::string_view_literals;

TEST_CASE("mac address: text to octets in wire order") {
  const std::array<std::uint8_t, 6> octets{0x02, 0xAB, 0x0C, 0xFF, 0x00, 0x9E};
  for (const auto text : {"02:ab:0c:ff:00:9e", "02:AB:0C:FF:00:9E", "02-ab-0c-ff-00-9e"}) {
    INFO(text);
    const auto mac = MacAddress::parse(text);
    REQUIRE(mac);
    CHECK(mac->octets() == octets);
    CHECK(mac->to_string() == "02:ab:0c:ff:00:9e");
  }
}

TEST_CASE("mac address: anything else is refused") {
  const auto text = GENERATE(values<std::string_view>(
      {"", "02", "02:ab:0c:ff:00", "02:ab:0c:ff:00:9e:", "02:ab:0c:ff:00:9e:01", "2:ab:0c:ff:00:9e",
       "02:ab:0c:ff:00:9g", "02:ab-0c:ff-00:9e", "02ab.0cff.009e", "02ab0cff009e", " 2:ab:0c:ff:00:9e",
       "02:ab:0c:ff:00:-1", "02:ab:0c:ff:00:+1", "0x:ab:0c:ff:00:9e", "02 ab 0c ff 00 9e",
       "02:ab:0c:ff:00:9\0"sv}));
  INFO('"' << text << '"');
  CHECK_FALSE(MacAddress::parse(text));
}

TEST_CASE("mac address: as a number, most significant octet first") {
  const auto mac = MacAddress::from_u64(0x02AB0CFF009E);
  CHECK(mac == MacAddress::parse("02:ab:0c:ff:00:9e"));
  CHECK(mac.to_u64() == 0x02AB0CFF009E);
  CHECK(MacAddress::from_u64(0xFFFF'02AB0CFF009E) == mac);
}

TEST_CASE("mac address: kinds") {
  struct Kind {
    const char* text;
    bool multicast, broadcast, zero;
  };
  const auto kind = GENERATE(values<Kind>({{"00:00:00:00:00:00", false, false, true},
                                           {"02:00:00:00:00:01", false, false, false},
                                           {"fe:ff:ff:ff:ff:ff", false, false, false},
                                           {"01:00:5e:00:00:01", true, false, false},
                                           {"33:33:00:00:00:01", true, false, false},
                                           {"ff:ff:ff:ff:ff:fe", true, false, false},
                                           {"ff:ff:ff:ff:ff:ff", true, true, false}}));
  INFO(kind.text);
  const auto mac = *MacAddress::parse(kind.text);
  CHECK(mac.is_multicast() == kind.multicast);
  CHECK(mac.is_broadcast() == kind.broadcast);
  CHECK(mac.is_zero() == kind.zero);
}
