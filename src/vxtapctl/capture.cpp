#include "ctl/capture.hpp"

#include <unistd.h>

#include <system_error>

#include "ctl/capture_sink.hpp"
#include "ctl/client.hpp"
#include "inspect/pcapng_tally.hpp"
#include "inspect/words.hpp"
#include "io/system_error.hpp"

namespace vxtap::ctl {
namespace {

/// What is wrong with the place that the packets shall go to; empty when nothing is.
std::string fault_of_target(const std::string& file) {
  if (file.empty())
    return "capture: where to? -w FILE writes a file, and -w - | tshark -r - shows packets as they come";
  if (file == kStandardOutput && ::isatty(STDOUT_FILENO) == 1)
    return "capture: standard output is a terminal, and packets are no text: -w FILE, or -w - | tshark -r -";
  return {};
}

void tell(const Arguments& arguments, const Output& output, const inspect::PcapngTally& tally) {
  if (arguments.json && arguments.file != kStandardOutput) {
    const json::value lost = tally.ended() ? json::value(tally.lost()) : json::value();
    const json::object document{{"packets", tally.packets()}, {"lost", lost}};
    output.out << control::to_text(document) << '\n';
    return;
  }
  output.err << inspect::counted(tally.packets(), "packet") << " captured, "
             << (tally.ended() ? "" : "at least ") << tally.lost() << " lost\n";
}

}  // namespace

ExitCode capture(const Arguments& arguments, const Output& output) {
  if (const auto fault = fault_of_target(arguments.file); !fault.empty()) throw WrongUsage(fault);
  CaptureSink sink(arguments.file);
  inspect::PcapngTally tally;
  bool read_on = true;
  try {
    stream({arguments.socket, arguments.timeout}, "capture", arguments.params,
           [&](std::string_view bytes, int stop) {
             read_on = sink.write(tally.take(bytes), stop);
             return read_on;
           });
  } catch (const std::system_error& error) {
    throw Refused({std::string("capture: ") + error.what() + "; " +
                   io::mend_of(error.code().value(), "name a file with -w that can be written to")});
  } catch (const inspect::BadStream& error) {
    throw Unreachable(arguments.socket + ": what comes from there is no capture (" + error.what() + ")");
  }
  const bool broke_off = read_on && !tally.ended();
  if (!broke_off || !arguments.json) tell(arguments, output, tally);
  if (broke_off) throw Unreachable(arguments.socket + kClosed + "; the file is whole as far as it goes");
  return ExitCode::kDone;
}

}  // namespace vxtap::ctl
