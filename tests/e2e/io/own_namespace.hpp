#pragma once

#include <string>

#include "io/unique_fd.hpp"

namespace vxtap::test {

/// Puts the calling thread into a new, empty network namespace for as long as it lives. Whatever is made
/// inside goes with the namespace, also when the test fails.
class OwnNamespace {
 public:
  OwnNamespace();
  ~OwnNamespace();
  OwnNamespace(const OwnNamespace&) = delete;
  OwnNamespace& operator=(const OwnNamespace&) = delete;

 private:
  io::UniqueFd before_;
};

/// Takes the calling thread's effective capabilities away and gives them back at the end.
class WithoutCapabilities {
 public:
  WithoutCapabilities();
  ~WithoutCapabilities();
  WithoutCapabilities(const WithoutCapabilities&) = delete;
  WithoutCapabilities& operator=(const WithoutCapabilities&) = delete;
};

/// Runs a shell command in the thread's namespace; a failure fails the test.
void run(const std::string& command);
/// What the command prints.
std::string output_of(const std::string& command);

}  // namespace vxtap::test
