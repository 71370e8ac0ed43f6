#include <iostream>

#include "ctl/run.hpp"
#include "io/standard_streams.hpp"

int main(int argc, char** argv) {
  using namespace vxtap::ctl;
  vxtap::io::open_standard_streams();
  const auto code = run(argc, argv, {std::cout, std::cerr, Style::for_stdout(), Style::stdout_is_terminal()});
  if (std::cout.flush()) return static_cast<int>(code);
  std::cerr << "vxtapctl: standard output could not be written\n";
  return static_cast<int>(ExitCode::kRefused);
}
