// The Debian package that tests/package makes, on a machine with a real systemd. VXTAP_TRANSFER_BYTES,
// VXTAP_RESTARTS and VXTAP_CRASHES as in restart_test.cpp; the upgrade comes between them.
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "lab/environment.hpp"
#include "lab/running_tunnel.hpp"
#include "lab/traffic.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;

namespace {

namespace fs = std::filesystem;

constexpr auto kPackage = "/root/vxtap.deb";
constexpr auto kNextPackage = "/root/vxtap-next.deb";

fs::path built_package() {
  for (const auto& entry : fs::directory_iterator(VXTAP_PACKAGES_DIR))
    if (entry.path().extension() == ".deb") return entry.path();
  throw std::runtime_error("no package in " VXTAP_PACKAGES_DIR);
}

/// Quietly: nobody is there to be asked.
void install(Machine& machine, const std::string& package) {
  const auto result = machine.command({"dpkg", "--install", package}, std::chrono::minutes(1));
  if (result.exit_code != 0) throw std::runtime_error("dpkg: " + result.out + result.err);
}

void install_first(Machine& machine) {
  // Images for containers bring one that has no service started.
  machine.must("rm -f /usr/sbin/policy-rc.d");
  install(machine, kPackage);
  CHECK(machine.property(kService, "ActiveState") == "inactive");
  machine.write(kConfigFile, near_config());
  // The same with a higher version.
  machine.must("dpkg-deb --raw-extract " + std::string(kPackage) + " /root/next");
  machine.must("sed -i s/^Version:.*/Version:99-1/ /root/next/DEBIAN/control");
  machine.must("dpkg-deb --root-owner-group -Zgzip --build /root/next " + std::string(kNextPackage));
}

}  // namespace

TEST_CASE("upgrade: of the package under a TCP transfer each way, between restarts and crashes") {
  RunningTunnel tunnel({{kPackage, read_file(built_package())}}, install_first);
  const pid_t before = tunnel.machine.main_process(kService);
  std::vector<std::function<void()>> interruptions(setting("VXTAP_RESTARTS", 1), [&] { tunnel.restart(); });
  interruptions.emplace_back([&] {
    const pid_t restarted = tunnel.machine.main_process(kService);
    install(tunnel.machine, kNextPackage);
    CHECK(tunnel.machine.must("dpkg-query -W -f ${Version} vxtap") == "99-1");
    const pid_t upgraded = tunnel.machine.main_process(kService);
    CHECK(upgraded != restarted);
    // The new file, not the one that was replaced under it.
    CHECK(fs::read_symlink("/proc/" + std::to_string(upgraded) + "/exe").string().find("deleted") ==
          std::string::npos);
  });
  interruptions.insert(interruptions.end(), setting("VXTAP_CRASHES", 1), [&] { tunnel.crash(); });
  tunnel.check_transfers(setting("VXTAP_TRANSFER_BYTES", 2'000'000'000), interruptions);
  tunnel.check_untouched();
  CHECK(tunnel.machine.main_process(kService) != before);

  tunnel.machine.must("dpkg --purge vxtap");
  CHECK_FALSE(tunnel.has_tap());
  CHECK_FALSE(tunnel.has_socket());
}
