#pragma once

#include <string>

#include "iproute2/translate.hpp"

namespace vxtap::iproute2 {

/// A translation that was accepted by the configuration's loader, with what the loader made of it.
struct Translated {
  std::string yaml;
  std::string warnings;  ///< a line each
  config::Config config;

  const config::Segment& segment(std::size_t index = 0) const { return config.segments.at(index); }
};

/// Fails the test unless the commands become a configuration that loads without an error or a warning.
Translated translated(const std::string& commands);

/// What is printed where the verdict is `expected`; fails the test for another one.
std::string refusal(const std::string& commands, Verdict expected);

/// A device that has all it needs, up to which options can be added behind.
inline const std::string kLine = "ip link add v0 type vxlan id 42 dstport 4789 local 192.0.2.1 ";
inline const std::string kLineV6 = "ip link add v0 type vxlan id 42 dstport 4789 local 2001:db8::1 ";

}  // namespace vxtap::iproute2
