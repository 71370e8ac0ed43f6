#include <iostream>

#include "ctl/run.hpp"

int main(int argc, char** argv) {
  using namespace vxtap::ctl;
  return static_cast<int>(run(argc, argv, {std::cout, std::cerr, Style::for_stdout()}));
}
