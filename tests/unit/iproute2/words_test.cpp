#include "iproute2/words.hpp"

#include "support/catch.hpp"

using namespace vxtap::iproute2;

namespace {

/// The words with '|' between them, a line for each command.
std::string split(const std::string& text) {
  std::string out;
  for (const auto& command : split_commands(text).commands) {
    for (const auto& word : command.words) out += (&word == command.words.data() ? "" : "|") + word.text;
    out += "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("words: blanks, newlines, semicolons and && end what they end in a shell") {
  CHECK(split("ip  link\tadd\nip a; bridge fdb && ip l || true") ==
        "ip|link|add\nip|a\nbridge|fdb\nip|l\ntrue\n");
  CHECK(split("\n;;\n  \n") == "");
}

TEST_CASE("words: quotes and backslashes") {
  CHECK(split(R"(ip "a b" 'c;d' e\ f "g\"h" '')") == "ip|a b|c;d|e f|g\"h|\n");
  CHECK(split("ip link add \\\n  type \\\r\n vxlan") == "ip|link|add|type|vxlan\n");
}

TEST_CASE("words: comments and prompts are no words") {
  CHECK(split("# a comment\nip a # another\nip a#b") == "ip|a\nip|a#b\n");
  CHECK(split("# ip link add\n$ bridge fdb\nroot@host:~# ip a\n#ip b") == "ip|link|add\nbridge|fdb\nip|a\n");
}

TEST_CASE("words: a prompt with quotes or backslashes in it is a word") {
  CHECK(split("$\\@$ $@$") == "$@$|$@$\n");
  CHECK(split_commands("$\\@$ $@$").commands[0].text == "$\\@$ $@$");
  CHECK(split("'$' ip a\n\"#\" ip a") == "$|ip|a\n#|ip|a\n");
  CHECK(split_commands("  $ ip $").commands[0].text == "ip $");
}

TEST_CASE("words: where they stand, and what was typed") {
  const auto list = split_commands("ip a;\n  sudo ip \\\n link\t'x'  # why");
  REQUIRE(list.commands.size() == 2);
  CHECK(list.commands[1].text == "sudo ip   link 'x'");
  const auto& words = list.commands[1].words;
  REQUIRE(words.size() == 4);
  CHECK(words[0].position.line == 2);
  CHECK(words[0].position.column == 3);
  CHECK(words[2].position.line == 3);
  CHECK(words[2].position.column == 2);
}

TEST_CASE("words: a quote that does not end") {
  CHECK_FALSE(split_commands("ip 'a'").unclosed);
  REQUIRE(split_commands("ip 'a b").unclosed);
  CHECK(split_commands("ip 'a b").unclosed->position.column == 4);
}
