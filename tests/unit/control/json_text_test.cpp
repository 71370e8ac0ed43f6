#include "control/json_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <cstdint>
#include <limits>

#include "support/catch.hpp"

using vxtap::control::to_text;
namespace json = boost::json;

TEST_CASE("JSON text keeps order, types and plain decimal numbers") {
  CHECK(to_text(json::object{{"z", 1}, {"a", nullptr}, {"m", true}}) == R"({"z":1,"a":null,"m":true})");
  CHECK(to_text(json::array{12.3, 0.1, 299.9, 0.0, 12.0}) == "[12.3,0.1,299.9,0.0,12.0]");
  CHECK(to_text(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
  CHECK(to_text(json::object{}) == "{}");
  CHECK(to_text(json::array{}) == "[]");
  CHECK(to_text("a\"b\\\n\x01") == R"("a\"b\\\n\u0001")");
}

TEST_CASE("JSON text has no word for what is infinite or no number") {
  using Limits = std::numeric_limits<double>;
  CHECK(to_text(json::array{Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN()}) ==
        "[null,null,null]");
  CHECK(to_text(Limits::max()) == "1.7976931348623157e+308");
}

TEST_CASE("JSON text reads back as the same value") {
  const auto value =
      json::parse(R"({"a":[1,2.5,{"b":"\u00e9\n"}],"":{"x":[[]]},"n":-7,"t":12.0,"q\"":1e300})");
  CHECK(json::parse(to_text(value)) == value);
}

TEST_CASE("JSON text is UTF-8, whatever bytes it is made of") {
  const json::value value{{"a\xFF", json::array{"b\xC3", "\xE2\x82\xAC \xED\xA0\x80\"", ""}}};
  CHECK(to_text(value) ==
        "{\"a\xEF\xBF\xBD\":[\"b\xEF\xBF\xBD\",\"\xE2\x82\xAC "
        "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\\\"\",\"\"]}");
  CHECK(json::parse(to_text(value)).is_object());
}
