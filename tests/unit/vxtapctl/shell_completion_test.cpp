#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <set>
#include <sstream>
#include <string>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/skip.hpp"
#include "unit/control/fake_daemon.hpp"
#include "unit/control/running_server.hpp"

using namespace vxtap;

namespace {

const std::string kDirectory = VXTAP_SOURCE_DIR "/src/vxtapctl/completion";
using Choices = std::set<std::string>;

/// Standard output of a shell that runs the file with these arguments, which hold no quotes.
std::string output_of(const std::string& shell, const std::string& file, const std::string& arguments) {
  const auto command = shell + ' ' + file + ' ' + arguments + " 2>&1 </dev/null";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  REQUIRE(pipe);
  std::string out;
  std::array<char, 4096> chunk{};
  while (const auto size = std::fread(chunk.data(), 1, chunk.size(), pipe.get()))
    out.append(chunk.data(), size);
  return out;
}

/// A shell without its user's settings, the completion loaded into it, and a daemon that it can ask.
class Shell {
 public:
  Shell(std::string shell, const char* script) : shell_(std::move(shell)), server_(daemon_, {socket(), ""}) {
    test::write_file(file(), script);
  }
  /// What TAB offers behind `vxtapctl -s SOCKET WORDS`; the cursor stands at the end.
  Choices offered(const std::string& words) {
    return choices("'" VXTAP_TOOL " -s " + socket() + ' ' + words + "'");
  }
  Choices offered_by_daemon(const std::string& words) { return choices("'vxtapd " + words + "'"); }

 private:
  std::string file() const { return (directory_ / "complete").string(); }
  std::string socket() const { return (directory_ / "control.sock").string(); }
  Choices choices(const std::string& line) {
    std::istringstream lines(output_of(shell_, file(), kDirectory + ' ' + line));
    Choices found;
    for (std::string choice; std::getline(lines, choice);) found.insert(choice);
    return found;
  }

  std::string shell_;
  test::TempDirectory directory_;
  test::FakeDaemon daemon_;
  test::RunningServer server_;
};

constexpr auto kBash = R"(
source "$1/vxtapctl.bash"
COMP_LINE=$2 COMP_POINT=${#2} COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
if [[ $2 == vxtapd* ]]; then _vxtapd; else _vxtapctl; fi
printf '%s\n' "${COMPREPLY[@]}"
)";

// A second zsh on a terminal of its own, whose compadd prints what it would offer.
constexpr auto kZsh = R"(
zmodload zsh/zpty || exit 1
zpty shell zsh -f -i
zpty -w shell "PS1= fpath=($1 \$fpath)
autoload -Uz compinit; compinit -u -D
compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd \"\$@\"; return; fi
  local -a hits; builtin compadd -A hits \"\$@\"
  print; print -rl -- \"@\"\${^hits}
  builtin compadd \"\$@\"
}
finish() { print; print -r -- @@END; }
comppostfuncs=(finish)
compdef _vxtapctl ${2%% *}
bindkey '^I' complete-word
zstyle ':completion:*' insert-tab false
print @@\${:-READY}"
while zpty -r shell line; do [[ $line == *@@READY* ]] && break; done
zpty -n -w shell "$2"$'\t'
while zpty -r shell line; do
  line=${line//[$'\r\n']/}
  [[ $line == *@@END ]] && break
  [[ $line == @* ]] && print -r -- ${line#@}
done
zpty -d shell
)";

bool installed(const std::string& program) {
  return ::access(("/usr/bin/" + program).c_str(), X_OK) == 0 ||
         ::access(("/bin/" + program).c_str(), X_OK) == 0;
}

}  // namespace

TEST_CASE("bash completes commands, options, and what the daemon knows") {
  Shell bash("bash --norc --noprofile", kBash);
  CHECK(bash.offered("fdb sh") == Choices{"show"});
  CHECK(bash.offered("s") == Choices{"show", "stats"});
  CHECK(bash.offered("fdb ") == Choices{"show", "add", "append", "replace", "del", "flush"});
  CHECK(bash.offered("fdb show --v") == Choices{"--vni", "--version"});
  CHECK(bash.offered("-j stats --w") == Choices{"--watch"});
  CHECK(bash.offered("show ") == Choices{"7", "42"});
  CHECK(bash.offered("fdb show --vni 4") == Choices{"42"});
  CHECK(bash.offered("fdb show --vni 42 --state ") == Choices{"permanent", "static", "reachable"});
  CHECK(bash.offered("fdb show --remote 192") == Choices{"192.0.2.2", "192.0.2.9"});
  // Readline replaces what stands behind the last colon.
  CHECK(bash.offered("fdb del 02:00:00:00:00:0") == Choices{"09", "0a"});
  CHECK(bash.offered("fdb add 02:00:00:00:00:0") == Choices{""});
  CHECK(bash.offered("fdb append 02:00:00:00:00:0") == Choices{"09", "0a"});
  CHECK(bash.offered("fdb show --remote 2001:db8:") == Choices{":a"});
  CHECK(bash.offered("mdb del 239") == Choices{"239.1.1.1"});
  CHECK(bash.offered("monitor fdb d") == Choices{"drops"});
  CHECK(bash.offered("log ") == Choices{"trace", "debug", "info", "warn", "error"});
  CHECK(bash.offered("check " + kDirectory + "/vxtapctl.b") == Choices{kDirectory + "/vxtapctl.bash"});
  CHECK(bash.offered("--timeout 1s fdb fl") == Choices{"flush"});
  CHECK(bash.offered_by_daemon("--c") == Choices{"--config", "--check"});
  CHECK(bash.offered_by_daemon("--config " + kDirectory + "/vxtapctl.b") ==
        Choices{kDirectory + "/vxtapctl.bash"});
}

TEST_CASE("zsh completes commands, options, and what the daemon knows") {
  if (!installed("zsh")) {
    test::skip("there is no zsh");
    return;
  }
  Shell zsh("zsh -f", kZsh);
  CHECK(zsh.offered("fdb sh") == Choices{"show"});
  CHECK(zsh.offered("fdb show --sta") == Choices{"--state"});
  CHECK(zsh.offered("show ") == Choices{"7", "42"});
  CHECK(zsh.offered("fdb del 02:00:00:00:00:0") == Choices{"02:00:00:00:00:09", "02:00:00:00:00:0a"});
  CHECK(zsh.offered("fdb add 02:00:00:00:00:0") == Choices{});
  CHECK(zsh.offered("log d") == Choices{"debug"});
  CHECK(zsh.offered("monitor fdb dr") == Choices{"drops"});
}
