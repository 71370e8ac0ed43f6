#include "support/host_abilities.hpp"
#include "support/requirements.hpp"

std::string vxtap::test::missing_requirement() {
  const std::string missing = why_no_hosts();
  return missing.empty() ? why_no_systemd() : missing;
}
