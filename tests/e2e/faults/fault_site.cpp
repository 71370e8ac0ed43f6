#include "faults/fault_site.hpp"

#include <iostream>

#include "support/catch.hpp"

namespace vxtap::lab {

FaultSite::FaultSite() {
  REQUIRE(reaches(near(), "10.42.0.2"));
  out_.emplace(near(), far(), "10.42.0.2");
  in_.emplace(far(), near(), "10.42.0.1");
}

void FaultSite::survive(const Fault& fault) {
  INFO(fault.name);
  const auto passes = [&] { return out_->goes_on(1) && in_->goes_on(1); };
  REQUIRE(passes());
  fault.begin();
  CHECK(eventually(fault.seen));
  fault.end();
  const auto end = std::chrono::steady_clock::now();
  REQUIRE(passes());
  const auto took = std::chrono::steady_clock::now() - end;
  std::cout << fault.name << ": passes again " << std::chrono::duration_cast<milliseconds>(took).count()
            << " ms after its end\n";
}

std::function<bool()> FaultSite::grows(const std::string& reason) {
  return [this, reason, before = drops(reason)] { return drops(reason) > before; };
}

std::function<bool()> FaultSite::said(const std::string& words) {
  return [this, words] { return daemon().log().find(words) != std::string::npos; };
}

}  // namespace vxtap::lab
