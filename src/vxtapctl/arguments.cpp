#include "ctl/arguments.hpp"

#include <CLI/CLI.hpp>
#include <sstream>

#include "ctl/grammar.hpp"

namespace vxtap::ctl {
namespace {

Notice notice(const CLI::App& app, const CLI::ParseError& error, bool json) {
  std::ostringstream out;
  std::ostringstream err;
  const bool failed = app.exit(error, out, err) != 0;
  return {failed, json, failed ? "vxtapctl: " + err.str() : out.str()};
}

}  // namespace

std::variant<Arguments, Notice> parse_arguments(int argc, const char* const* argv) {
  Arguments arguments;
  Grammar grammar(arguments);
  auto& app = grammar.app();
  // Where parsing ended early, nothing has been written to `arguments` yet.
  const auto json = [&] { return app.get_option("--json")->count() != 0; };
  try {
    app.parse(argc, argv);
    if (arguments.command == Command::kExplain) check_explain(arguments.explain);
    if (arguments.command == Command::kTop && arguments.json)
      return Notice{true, true, "vxtapctl: top: a screen is no JSON; use `vxtapctl -j stats --watch`\n"};
    return arguments;
  } catch (const WrongUsage& error) {
    return Notice{true, json(), "vxtapctl: " + std::string(error.what()) + "\n"};
  } catch (const CLI::RequiredError& error) {
    const auto unknown = app.remaining();
    if (unknown.empty()) return notice(app, error, json());
    return Notice{true, json(), "vxtapctl: " + unknown.front() + ": no such command; --help lists them\n"};
  } catch (const CLI::ParseError& error) {
    return notice(app, error, json());
  }
}

}  // namespace vxtap::ctl
