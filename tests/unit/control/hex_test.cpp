#include "control/hex.hpp"

#include "support/catch.hpp"

using vxtap::control::from_hex;
using vxtap::control::to_hex;
using Bytes = std::vector<std::uint8_t>;

TEST_CASE("hex: as tools print packets") {
  const Bytes wanted{0x00, 0x0A, 0xFF};
  for (const auto* text :
       {"000aff", "00 0A ff", "00:0a:ff", "0x000aff", "0x00 0x0a 0xff\n", "\n 00\r\n0aff\t"}) {
    CAPTURE(text);
    CHECK(from_hex(text) == wanted);
  }
  CHECK(from_hex("") == Bytes());
  CHECK(to_hex(wanted) == "000aff");
}

TEST_CASE("hex: what is no bytes") {
  for (const auto* text : {"0", "000", "0g", "00 0", "0x", "-1", "+1", "00-0a", "0 0"}) {
    CAPTURE(text);
    CHECK_FALSE(from_hex(text));
  }
}
