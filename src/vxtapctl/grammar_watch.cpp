#include <CLI/CLI.hpp>

#include "ctl/grammar.hpp"
#include "ctl/option_values.hpp"

namespace vxtap::ctl {
namespace {

constexpr std::chrono::seconds kUsualPeriod{1};

/// What CLI11 hands over when the option stands without its value.
bool is_absent(const std::string& text) {
  return text.empty() || text == "{}" || text == "true";
}

}  // namespace

void Grammar::watch(CLI::App* command) {
  const auto take = [this](const std::string& text) {
    arguments_.watch = is_absent(text) ? kUsualPeriod : *parse_period(text);
  };
  const auto wrong = [](const std::string& text) {
    return is_absent(text) || parse_period(text) ? "" : text + ": not a number of seconds from 0.1 to 3600";
  };
  command
      ->add_option_function<std::string>(
          "--watch", take, "Again and again, with rates, every SECONDS (default 1) until Ctrl-C")
      ->expected(0, 1)
      ->check(CLI::Validator(wrong, ""))
      ->type_name("[SECONDS]");
}

}  // namespace vxtap::ctl
