#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>

#include "ctl/grammar.hpp"
#include "ctl/option_check.hpp"
#include "ctl/option_values.hpp"
#include "inspect/frame_filter.hpp"

namespace vxtap::ctl {

void Grammar::add_capture() {
  auto* capture = command(app_, Command::kCapture, "capture",
                          "A pcapng file of packets and of what became of each, until Ctrl-C");
  vni(capture, "--vni", kOnlyVni);
  text(capture, "--side", "side", "tap, underlay or both (default)")
      ->check(CLI::IsMember({"tap", "underlay", "both"}).description(""))
      ->type_name("SIDE");
  const auto flag = [&](const std::string& name, const std::string& what) {
    capture->add_flag_callback(
        "--" + name, [this, name] { arguments_.params[name] = true; }, what);
  };
  flag("drops", "Only packets that were dropped");
  flag("superframes", "Superframes and trains as they are, instead of the packets they stand for");
  capture
      ->add_option_function<std::string>(
          "--count", [this](const std::string& value) { arguments_.params["count"] = *parse_count(value); },
          "End after so many packets")
      ->check(check_with(parse_count, "a number from 1 to 4294967295"))
      ->type_name("N");
  add_filter(capture);
  capture->add_option("-w", arguments_.file, "The file; - for standard output")->type_name("FILE");
}

void Grammar::add_filter(CLI::App* capture) {
  const auto fault = [](const std::string& expression) -> std::string {
    try {
      inspect::compile_filter(expression);
      return {};
    } catch (const inspect::BadFilter& error) {
      return expression + ": " + error.what();
    }
  };
  const auto take = [this](const std::string& expression) {
    json::array program;
    for (const auto& one : inspect::compile_filter(expression))
      program.push_back(json::array{one.code, one.jt, one.jf, one.k});
    arguments_.params["filter"] = std::move(program);
  };
  capture
      ->add_option_function<std::string>("--filter", take,
                                         "Only inner frames for which this pcap-filter(7) is true")
      ->check(CLI::Validator(fault, ""))
      ->type_name("EXPR");
}

}  // namespace vxtap::ctl
