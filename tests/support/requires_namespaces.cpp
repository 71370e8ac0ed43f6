#include "support/host_abilities.hpp"
#include "support/requirements.hpp"

std::string vxtap::test::missing_requirement() {
  return why_no_hosts();
}
