#include "lab/link_watch.hpp"

#include <sstream>
#include <stdexcept>

namespace vxtap::lab {

LinkWatch::LinkWatch(Host& host)
    : host_(host),
      process_(std::make_unique<Process>(host.thread(), Arguments{"ip", "-o", "monitor", "link"},
                                         std::vector<std::string>{}, directory_ / "log")) {
  catch_up();
}

void LinkWatch::catch_up() {
  // Events come in order, so one of our own comes behind them. Until it listens it sees none.
  const bool seen = eventually([&] {
    const std::string mark = "mark" + std::to_string(marks_++);
    host_.ip("link add " + mark + " type bridge");
    host_.ip("link del " + mark);
    return eventually([&] { return process_->log().find(mark) != std::string::npos; }, milliseconds(200));
  });
  if (!seen) throw std::runtime_error("ip monitor is silent: " + process_->log());
}

std::vector<std::string> LinkWatch::events(const std::string& interface) {
  catch_up();
  std::vector<std::string> found;
  std::istringstream lines(process_->log());
  for (std::string line; std::getline(lines, line);)
    if (line.find(" " + interface + ":") != std::string::npos ||
        line.find(" " + interface + "@") != std::string::npos)
      found.push_back(line);
  return found;
}

}  // namespace vxtap::lab
