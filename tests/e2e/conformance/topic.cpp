#include "conformance/topic.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <exception>
#include <filesystem>
#include <fstream>

#include "support/catch.hpp"

namespace vxtap::conformance {
namespace {

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::string observe(Stage& stage, const Case& one) try {
  stage.set_up(one.setup);
  return one.observe(stage);
} catch (const std::exception& error) {
  return one_line(std::string("failed: ") + error.what());
}

std::vector<std::string> observe_all(Kind kind, const std::vector<Case>& cases) {
  Stage stage(kind);
  std::vector<std::string> results;
  for (const Case& one : cases) {
    const bool possible = kind == Kind::kVxtapd || !one.kernel || one.kernel->possible;
    results.push_back(possible ? observe(stage, one) : one.kernel->result);
  }
  return results;
}

std::ofstream report_file(const std::string& topic) {
  const std::filesystem::path directory(VXTAP_CONFORMANCE_DIR);
  std::filesystem::create_directories(directory);
  return std::ofstream(directory / (topic + ".json"), std::ios::trunc);
}

}  // namespace

Difference no_such_setting(const std::string& reason) {
  return {"no such setting", reason, false};
}

void run_topic(const std::string& topic, const std::vector<Case>& cases) {
  const auto kernel = observe_all(Kind::kKernel, cases);
  const auto vxtapd = observe_all(Kind::kVxtapd, cases);
  std::ofstream report = report_file(topic);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Case& one = cases[i];
    const bool as_listed = kernel[i] != one.expected && one.kernel && kernel[i] == one.kernel->result;
    const std::string reason = as_listed ? one.kernel->reason : "";
    report << boost::json::serialize(boost::json::object{{"topic", topic},
                                                         {"name", one.name},
                                                         {"expected", one.expected},
                                                         {"kernel", kernel[i]},
                                                         {"vxtapd", vxtapd[i]},
                                                         {"reason", reason}})
           << '\n';
    INFO(topic << ": " << one.name);
    CHECK(vxtapd[i] == one.expected);
    CHECK(kernel[i] == (as_listed ? one.kernel->result : one.expected));
  }
}

}  // namespace vxtap::conformance
