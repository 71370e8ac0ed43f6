#include "ctl/rates.hpp"

#include <boost/json/parse.hpp>
#include <string>

#include "ctl/number_text.hpp"
#include "support/catch.hpp"

using namespace vxtap;
using boost::json::parse;

namespace {

std::string rates(const char* before, const char* now, double seconds) {
  return control::to_text(ctl::rates_of(parse(before), parse(now), seconds));
}

}  // namespace

TEST_CASE("rates: counters by the second, bytes as bits, gauges and texts left out") {
  CHECK(rates(R"({"segments":[{"vni":42,"name":"blue","tap":"vx42","tx":{"packets":10,"bytes":1000},
                               "fdb":{"entries":3,"learned":4}}],"drops":{"too_big":1}})",
              R"({"segments":[{"vni":42,"name":"blue","tap":"vx42","tx":{"packets":30,"bytes":3000},
                               "fdb":{"entries":1,"learned":5}}],"drops":{"too_big":2}})",
              2) ==
        R"({"segments":[{"vni":42,"name":"blue","tap":"vx42","tx":{"packets":10.0,"bits":8000.0},)"
        R"("fdb":{"learned":0.5}}],"drops":{"too_big":0.5}})");
  CHECK(rates(R"([{"reason":"a","count":1,"meaning":"m"}])", R"([{"reason":"a","count":4,"meaning":"m"}])",
              3) == R"([{"reason":"a","count":1.0}])");
}

TEST_CASE("rates: a row is found by its names wherever it stands, and a new one has none") {
  const char* before = R"([{"vni":1,"name":"a","tx":5},{"vni":2,"name":"b","tx":50}])";
  CHECK(rates(before,
              R"([{"vni":2,"name":"b","tx":60},{"vni":3,"name":"c","tx":7},{"vni":1,"name":"a","tx":6}])",
              1) ==
        R"([{"vni":2,"name":"b","tx":10.0},{"vni":3,"name":"c","tx":null},{"vni":1,"name":"a","tx":1.0}])");
}

TEST_CASE("rates: one counter that went backwards makes its row a new one, and no other") {
  CHECK(rates(R"([{"vni":1,"tx":{"packets":5},"rx":9},{"vni":2,"tx":{"packets":5},"rx":9}])",
              R"([{"vni":1,"tx":{"packets":4},"rx":99},{"vni":2,"tx":{"packets":6},"rx":9}])",
              1) == R"([{"vni":1,"tx":{"packets":null},"rx":null},{"vni":2,"tx":{"packets":1.0},"rx":0.0}])");
  CHECK(rates(R"({"drops":{"a":5,"b":1}})", R"({"drops":{"a":4,"b":2}})", 1) ==
        R"({"drops":{"a":null,"b":1.0}})");
  CHECK(rates("null", R"({"drops":{"a":5}})", 1) == R"({"drops":{"a":null}})");
}

TEST_CASE("rate_text: five characters at most") {
  const std::pair<double, const char*> cases[]{
      {0, "0"},        {0.01, "<0.1"},    {0.25, "0.2"},  {1, "1"},        {1.25, "1.2"},
      {9.94, "9.9"},   {9.96, "10"},      {999.4, "999"}, {999.6, "1.0k"}, {1234, "1.2k"},
      {12'345, "12k"}, {999'400, "999k"}, {1e6, "1.0M"},  {2.5e9, "2.5G"}, {1e13, "10T"}};
  for (const auto& [rate, text] : cases) {
    CAPTURE(rate);
    CHECK(ctl::rate_text(rate) == text);
  }
}
