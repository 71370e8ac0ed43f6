// A line of the control socket, through the real table of commands to a daemon that says yes to everything.
#include "control/json_rpc.hpp"

#include <boost/json/parse.hpp>

#include "control/commands.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "unit/control/fake_daemon.hpp"

using namespace vxtap;
using namespace vxtap::fuzz;
namespace json = boost::json;

namespace {

void check_answer(const std::string& answer) {
  require(!answer.empty() && answer.find('\n') == answer.size() - 1, "an answer is one line");
  json::error_code error;
  const auto parsed = json::parse(json::string_view(answer.data(), answer.size() - 1), error);
  require(!error && parsed.is_object(), "of JSON");
  const auto& object = parsed.get_object();
  const auto* version = object.if_contains("jsonrpc");
  require(version != nullptr && *version == json::value("2.0") && object.contains("id"), "of JSON-RPC");
  require(object.contains("result") != object.contains("error"), "with a result or an error");
}

/// Whatever is read can be written.
void check_text(const std::string& line) {
  json::error_code error;
  const auto value = json::parse(line, error);
  if (error) return;
  const std::string text = control::to_text(value);
  const auto again = json::parse(text, error);
  require(!error, "what is written is JSON");
  require(again.kind() == value.kind() || value.is_double(), "of the same type");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::string line = input.text();
  test::FakeDaemon daemon;
  const auto dispatch = [&daemon](std::string_view method, const json::object& params) {
    return control::begin_command(daemon, method, params);
  };
  int answers = 0;
  control::answer(line, dispatch, [&answers](const control::Answer& answer) {
    ++answers;
    if (answer) check_answer(*answer);
  });
  require(answers == 1, "a line is answered once");
  check_text(line);
  return 0;
}
