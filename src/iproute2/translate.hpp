#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

/// `ip link add ... type vxlan` and what guides put beside it, as a configuration of vxtapd.
///
/// A text is split into commands and words (words.hpp). Tables know the options of each command (option.hpp)
/// and turn them into a config::Segment for each vxlan device (device.hpp). At the end complete() judges each
/// device as a whole and fills in the kernel's defaults, yaml.hpp writes what differs from vxtapd's, and the
/// configuration's own loader has the last word. Nothing is looked up on this host: the commands may be
/// another's.
namespace vxtap::iproute2 {

enum class Verdict : std::uint8_t {
  kDone,
  kNoConfiguration,  ///< iproute2 takes the commands, and no configuration can say what they do
  kWrongCommand,     ///< iproute2 or the kernel would refuse them
};

struct Translation {
  Verdict verdict = Verdict::kDone;
  std::string yaml;                             ///< accepted by config::load_text; empty unless done
  std::vector<config::Diagnostic> diagnostics;  ///< warnings may stand beside a configuration
};

/// Never throws for what the text says. `name` stands for it in diagnostics, whose positions count in it.
Translation translate(std::string_view commands, const std::string& name);

}  // namespace vxtap::iproute2
