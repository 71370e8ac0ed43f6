#pragma once

#include <cstdint>
#include <string>

namespace vxtap::ctl {

/// "512 B", "1.5 KiB": three or four digits and a unit.
std::string bytes_text(std::uint64_t bytes);
/// "12s", "3m20s", "2h05m", "4d03h"; fractions of a second are left out.
std::string age_text(double seconds);

}  // namespace vxtap::ctl
