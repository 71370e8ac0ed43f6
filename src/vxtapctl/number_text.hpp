#pragma once

#include <cstdint>
#include <string>

namespace vxtap::ctl {

/// "512 B", "1.5 KiB": three or four digits and a unit.
std::string bytes_text(std::uint64_t bytes);
/// "0", "0.4", "12", "1.2k", "345M": at most five characters up to 999T.
std::string rate_text(double per_second);
/// "12s", "3m20s", "2h05m", "4d03h"; fractions of a second are left out.
std::string age_text(double seconds);
/// "17:20:01", of the local clock now.
std::string time_of_day();

}  // namespace vxtap::ctl
