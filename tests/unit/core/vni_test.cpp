#include "vxtap/vni.hpp"

#include "support/catch.hpp"

using vxtap::Vni;

TEST_CASE("vni: 24 bits and not one more") {
  CHECK(Vni::from(0)->value() == 0);
  CHECK(Vni::from(1)->value() == 1);
  CHECK(Vni::from(16777215)->value() == 16777215);
  CHECK_FALSE(Vni::from(16777216));
  CHECK_FALSE(Vni::from(UINT64_C(0x1'0000'0000)));
  CHECK_FALSE(Vni::from(UINT64_MAX));
}

TEST_CASE("vni: ordered by number") {
  CHECK(*Vni::from(2) < *Vni::from(10));
  CHECK(*Vni::from(7) == *Vni::from(7));
}
