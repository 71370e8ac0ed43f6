#define CATCH_CONFIG_RUNNER
#include <algorithm>
#include <iostream>
#include <string_view>

#include "support/catch.hpp"
#include "support/requirements.hpp"
#include "support/skip.hpp"

namespace {

constexpr int kSkipped = 77;  // SKIP_RETURN_CODE of vxtap_discover_tests()
bool some_skipped = false;

}  // namespace

void vxtap::test::skip(const std::string& reason) {
  std::cout << "skipped: " << reason << '\n';
  some_skipped = true;
}

int main(int argc, char* argv[]) {
  const bool listing = std::any_of(argv, argv + argc,
                                   [](std::string_view argument) { return argument.starts_with("--list"); });
  // Catch2 2.x answers a listing with the number of tests, which its CMake module reads.
  if (listing) return Catch::Session().run(argc, argv);

  if (const std::string missing = vxtap::test::missing_requirement(); !missing.empty()) {
    vxtap::test::skip(missing);
    return kSkipped;
  }
  // The number of failures could otherwise be taken for "skipped".
  if (Catch::Session().run(argc, argv) != 0) return 1;
  return some_skipped ? kSkipped : 0;
}
