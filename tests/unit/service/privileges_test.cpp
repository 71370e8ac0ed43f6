#include "service/privileges.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/skip.hpp"
#include "unit/service/child.hpp"

using namespace vxtap;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr std::uint64_t bit(unsigned capability) {
  return std::uint64_t{1} << capability;
}

/// A line of proc(5)'s status, read by itself so that the code under test is not asked.
std::string status(const std::string& field) {
  std::ifstream file("/proc/thread-self/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(field + ":\t")) return line.substr(field.size() + 2);
  return "no " + field;
}
std::uint64_t capabilities(const std::string& set) {
  return std::stoull(status(set), nullptr, 16);
}

std::string hex(std::uint64_t value) {
  std::ostringstream out;
  out << std::hex << value;
  return out.str();
}

bool not_root() {
  if (geteuid() == 0 && (capabilities("CapEff") & bit(CAP_SETUID)) != 0) return false;
  test::skip("not root");
  return true;
}

/// Who has no name: "nobody" of every system.
service::Identity nobody() {
  return service::identity_of("nobody");
}

}  // namespace

TEST_CASE("privileges: a user who does not exist is named, with the mend") {
  CHECK_THROWS_WITH(service::identity_of("no-such-user"), ContainsSubstring("no-such-user") &&
                                                              ContainsSubstring("no such user") &&
                                                              ContainsSubstring("useradd"));
}

TEST_CASE("privileges: only root can become another user") {
  if (not_root()) return;
  const auto told = test::told_by_child([] {
    service::become(nobody());
    service::identity_of("root");
    return std::string("it may");
  });
  CHECK_THAT(told, ContainsSubstring("only root can become another user"));
}

TEST_CASE("privileges: another user in his groups, with the capabilities of before") {
  if (not_root()) return;
  const auto told = test::told_by_child([] {
    service::become(nobody());
    return status("Uid") + " " + status("Gid") + " " + status("Groups") + " " +
           std::to_string((capabilities("CapEff") & bit(CAP_NET_ADMIN)) != 0);
  });
  const auto who = nobody();
  const auto four = [](auto id) {
    const auto text = std::to_string(id);
    return text + '\t' + text + '\t' + text + '\t' + text;
  };
  CHECK(told == four(who.user) + " " + four(who.group) + " " + std::to_string(who.group) + "  1");
}

TEST_CASE("privileges: of root's capabilities those for the network remain") {
  if (not_root()) return;
  const auto kept = [](bool low_ports) {
    return test::told_by_child([low_ports] {
      auto refusal = service::drop_capabilities({.low_ports = low_ports});
      if (!refusal.empty()) return refusal;
      // Whether CAP_NET_RAW is needed depends on the kernel's settings.
      const auto raw = bit(CAP_NET_RAW);
      return hex(capabilities("CapEff") & ~raw) + " " + hex(capabilities("CapPrm") & ~raw) + " " +
             hex(capabilities("CapInh")) + " " + hex(capabilities("CapAmb")) + " " +
             hex(capabilities("CapBnd"));
    });
  };
  const auto admin = hex(bit(CAP_NET_ADMIN));
  const auto both = hex(bit(CAP_NET_ADMIN) | bit(CAP_NET_BIND_SERVICE));
  CHECK(kept(false) == admin + " " + admin + " 0 0 0");
  CHECK(kept(true) == both + " " + both + " 0 0 0");
}

TEST_CASE("privileges: what is needed to read somebody else's configuration remains") {
  if (not_root()) return;
  const test::TempDirectory directory;  // mode 0700
  const std::string file = (directory / "vxtapd.yaml").string();
  test::write_file(file, "");
  REQUIRE(chmod(file.c_str(), 0600) == 0);
  const auto keeps = [&] {
    return test::told_by_child([&] {
      const auto refusal = service::drop_capabilities({.config_file = file});
      return refusal + std::to_string((capabilities("CapEff") & bit(CAP_DAC_READ_SEARCH)) != 0) +
             std::to_string(open(file.c_str(), O_RDONLY | O_CLOEXEC) >= 0);
    });
  };
  CHECK(keeps() == "01");
  REQUIRE(chown(file.c_str(), nobody().user, nobody().group) == 0);
  CHECK(keeps() == "11");
}

TEST_CASE("privileges: who has no capability loses none") {
  if (not_root()) return;
  const auto told = test::told_by_child([] {
    if (setresuid(nobody().user, nobody().user, nobody().user) != 0) return std::string("setresuid");
    const auto refusal = service::drop_capabilities({.low_ports = true});
    return refusal + hex(capabilities("CapEff")) + hex(capabilities("CapPrm"));
  });
  CHECK(told == "00");
}

TEST_CASE("privileges: new ones are renounced") {
  const auto told = test::told_by_child([] {
    const auto refusal = service::renounce_new_privileges();
    return refusal + status("NoNewPrivs");
  });
  CHECK(told == "1");
}
