#include "inspect/doctor.hpp"

#include <set>

#include "support/catch.hpp"
#include "unit/inspect/healthy_facts.hpp"

using namespace vxtap;
using inspect::Severity;

TEST_CASE("doctor: a host that is well has no findings, and every check says something") {
  for (const auto& facts : {test::healthy_facts(), test::healthy_group(), inspect::Facts{}}) {
    CHECK(test::complaint(facts) == "");
    std::set<std::string_view> checks;
    for (const auto& one : inspect::examine(facts)) {
      CHECK_FALSE(one.check.empty());
      CHECK_FALSE(one.seen.empty());
      CHECK(one.mend.empty());
      checks.insert(one.check);
    }
    CHECK(checks.size() == 23);
  }
}

TEST_CASE("doctor: words of the results") {
  CHECK(word(Severity::kOk) == "ok");
  CHECK(word(Severity::kHint) == "hint");
  CHECK(word(Severity::kWarning) == "warning");
  CHECK(word(Severity::kError) == "error");
}

TEST_CASE("doctor: every finding has an object and a mend") {
  auto facts = test::healthy_facts();
  facts.taps[0].open = false;
  facts.remotes[0].route_error = 101;  // ENETUNREACH
  facts.remotes[0].heard = false;
  facts.links[test::kEth0].up = false;
  facts.workers = 9;
  std::size_t found = 0;
  for (const auto& one : inspect::examine(facts)) {
    if (one.severity == Severity::kOk) continue;
    ++found;
    CAPTURE(one.check);
    CHECK_FALSE(one.object.empty());
    CHECK_FALSE(one.seen.empty());
    CHECK_FALSE(one.mend.empty());
  }
  CHECK(found == 5);
}
