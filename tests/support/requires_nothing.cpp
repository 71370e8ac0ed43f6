#include "support/requirements.hpp"

std::string vxtap::test::missing_requirement() {
  return {};
}
