#include <filesystem>

#include "config/config.hpp"
#include "support/catch.hpp"

namespace vxtap::config {

TEST_CASE("config: the example files are valid and raise no warning") {
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(VXTAP_SOURCE_DIR "/config")) {
    if (entry.path().extension() != ".yaml") continue;
    ++files;
    const auto result = load_file(entry.path().string());
    for (const auto& diagnostic : result.diagnostics) FAIL_CHECK(to_string(diagnostic));
    CHECK(result.config.has_value());
  }
  CHECK(files >= 10);
}

}  // namespace vxtap::config
