#include "ctl/table.hpp"

#include "ctl/number_text.hpp"
#include "support/catch.hpp"

using namespace vxtap::ctl;

TEST_CASE("table: aligned, no blank at a line's end") {
  Table table({{"NAME"}, {"COUNT", Align::kRight}, {"LAST"}});
  table.add({{"a"}, {"12345678"}, {"x"}});
  table.add({{"longer"}, {"1"}, {""}});
  table.add({{""}, {""}, {"y"}});
  CHECK(table.print(Style(false), " ") ==
        " NAME       COUNT  LAST\n"
        " a       12345678  x\n"
        " longer         1\n"
        "                   y\n");
}

TEST_CASE("table: colour does not move a column") {
  Table table({{"A"}, {"B"}});
  table.add({{"xx", Tone::kBad}, {"y"}});
  CHECK(table.print(Style(true)) == "\033[1mA\033[0m   \033[1mB\033[0m\n\033[31mxx\033[0m  y\n");
}

TEST_CASE("wrap breaks at blanks") {
  CHECK(wrap("aa bb cc", 5) == std::vector<std::string>{"aa bb", "cc"});
  CHECK(wrap("aaaaaaa b", 3) == std::vector<std::string>{"aaaaaaa", "b"});
  CHECK(wrap("", 3).empty());
}

TEST_CASE("numbers for people") {
  CHECK(bytes_text(0) == "0 B");
  CHECK(bytes_text(1023) == "1023 B");
  CHECK(bytes_text(1536) == "1.5 KiB");
  CHECK(bytes_text(std::uint64_t{5} << 40) == "5.0 TiB");
  CHECK(bytes_text(~std::uint64_t{0}) == "16.0 EiB");
  CHECK(age_text(0.9) == "0s");
  CHECK(age_text(59.9) == "59s");
  CHECK(age_text(200) == "3m20s");
  CHECK(age_text(7500) == "2h05m");
  CHECK(age_text(86400 * 4 + 3 * 3600) == "4d03h");
}
