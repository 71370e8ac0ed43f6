#pragma once

#include <string>

namespace vxtap::lab {

/// What the units must grant a daemon that was built with a sanitizer, as a drop-in; empty for a plain build.
std::string sanitized_drop_in();

}  // namespace vxtap::lab
