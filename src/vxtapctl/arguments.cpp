#include "ctl/arguments.hpp"

#include <CLI/CLI.hpp>
#include <sstream>

#include "ctl/grammar.hpp"

namespace vxtap::ctl {
namespace {

Notice notice(const CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream out;
  std::ostringstream err;
  const bool failed = app.exit(error, out, err) != 0;
  return {failed, failed ? "vxtapctl: " + err.str() : out.str()};
}

}  // namespace

std::variant<Arguments, Notice> parse_arguments(int argc, const char* const* argv) {
  Arguments arguments;
  Grammar grammar(arguments);
  auto& app = grammar.app();
  try {
    app.parse(argc, argv);
    if (arguments.command == Command::kExplain) check_explain(arguments.explain);
    return arguments;
  } catch (const WrongUsage& error) {
    return Notice{true, "vxtapctl: " + std::string(error.what()) + "\n"};
  } catch (const CLI::RequiredError& error) {
    const auto unknown = app.remaining();
    if (unknown.empty()) return notice(app, error);
    return Notice{true, "vxtapctl: " + unknown.front() + ": no such command; --help lists them\n"};
  } catch (const CLI::ParseError& error) {
    return notice(app, error);
  }
}

}  // namespace vxtap::ctl
