#include <array>
#include <cstdio>
#include <regex>
#include <set>

#include "iproute2/bridge_line.hpp"
#include "iproute2/link_line.hpp"
#include "iproute2/vxlan_options.hpp"
#include "support/catch.hpp"
#include "support/skip.hpp"

using namespace vxtap::iproute2;

namespace {

/// What the program prints, to either output; empty when there is no such program.
std::string output_of(const std::string& command) {
  std::string text;
  std::FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return text;
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) text += buffer.data();
  pclose(pipe);
  return text.find("Usage:") == std::string::npos ? "" : text;
}

/// The words that begin an option in a usage text, "[no]" written out; of "[ { group | remote } ADDRESS ]"
/// both.
std::set<std::string> option_words(std::string usage) {
  std::set<std::string> words;
  const std::regex either(R"(\[no\]([a-z0-9]+))");
  for (std::sregex_iterator found(usage.begin(), usage.end(), either), end; found != end; ++found)
    words.insert({(*found)[1].str(), "no" + (*found)[1].str()});
  usage = std::regex_replace(usage, either, "");
  const std::regex word(R"([a-z][a-z0-9_]*)");
  for (std::sregex_iterator found(usage.begin(), usage.end(), word), end; found != end; ++found)
    words.insert(found->str());
  return words;
}

template <typename Options>
std::set<std::string> words_of(const Options& options) {
  std::set<std::string> words;
  for (const auto& option : options) words.insert(std::string(option.word()));
  return words;
}

void check_known(const std::set<std::string>& printed, const std::set<std::string>& known) {
  CHECK(printed.size() > 5);
  for (const auto& word : printed) {
    INFO(word);
    CHECK(known.count(word) == 1);
  }
}

}  // namespace

TEST_CASE("option tables: every word that `ip link help vxlan` prints") {
  const std::string usage = output_of("ip link help vxlan");
  if (usage.empty()) {
    vxtap::test::skip("there is no ip program that knows vxlan");
    return;
  }
  const auto from = usage.find("vxlan ") + 6;
  check_known(option_words(usage.substr(from, usage.find("Where:") - from)), words_of(vxlan_options()));
}

TEST_CASE("option tables: every word that `ip link help` prints for add") {
  const std::string usage = output_of("ip link help");
  if (usage.empty()) {
    vxtap::test::skip("there is no ip program");
    return;
  }
  const auto from = usage.find("ip link add") + 11;
  auto known = words_of(link_options());
  known.insert("type");
  check_known(option_words(usage.substr(from, usage.find("ip link delete") - from)), known);
}

TEST_CASE("option tables: every word that `bridge fdb help` prints for a change") {
  const std::string usage = output_of("bridge fdb help");
  if (usage.empty()) {
    vxtap::test::skip("there is no bridge program");
    return;
  }
  const auto from = usage.find("ADDR") + 4;
  const auto words = fdb_option_words();
  check_known(option_words(usage.substr(from, usage.find("bridge fdb [") - from)),
              {words.begin(), words.end()});
}

TEST_CASE("option tables: an abbreviation means what it means to iproute2") {
  const auto meaning = [](std::string_view word) {
    const auto* option = find_option(vxlan_options(), word);
    return option == nullptr ? "" : std::string(option->word());
  };
  // Tried with iproute2 6.1.
  CHECK(meaning("rem") == "remote");
  CHECK(meaning("l") == "local");
  CHECK(meaning("d") == "dev");
  CHECK(meaning("t") == "ttl");
  CHECK(meaning("dst") == "dstport");
  CHECK(meaning("nolearn") == "nolearning");
  CHECK(meaning("x") == "");
}
