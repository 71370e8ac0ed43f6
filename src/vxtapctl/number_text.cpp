#include "ctl/number_text.hpp"

#include <array>
#include <cmath>
#include <ctime>
#include <iomanip>
#include <sstream>

namespace vxtap::ctl {
namespace {

std::string pair(std::uint64_t big, char big_unit, std::uint64_t small, char small_unit) {
  std::ostringstream out;
  out << big << big_unit << std::setw(2) << std::setfill('0') << small << small_unit;
  return out.str();
}

}  // namespace

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array kUnits{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1024) return std::to_string(bytes) + " B";
  auto value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  std::ostringstream out;
  out << std::fixed << std::setprecision(1) << value << ' ' << kUnits[unit];
  return out.str();
}

std::string rate_text(double per_second) {
  constexpr std::array kUnits{"", "k", "M", "G", "T"};
  constexpr double kRoundsToThousand = 999.5, kRoundsToTen = 9.95, kLeast = 0.05;
  std::size_t unit = 0;
  auto value = per_second;
  for (; value >= kRoundsToThousand && unit + 1 < kUnits.size(); ++unit) value /= 1000;
  if (value <= 0) return "0";
  if (unit == 0 && value < kLeast) return "<0.1";
  std::ostringstream out;
  const bool fraction = value < kRoundsToTen && (unit != 0 || value != std::floor(value));
  out << std::fixed << std::setprecision(fraction ? 1 : 0) << value << kUnits[unit];
  return out.str();
}

std::string age_text(double seconds) {
  constexpr std::uint64_t kMinute = 60, kHour = 60 * kMinute, kDay = 24 * kHour;
  const auto whole = static_cast<std::uint64_t>(seconds);
  if (whole < kMinute) return std::to_string(whole) + 's';
  if (whole < kHour) return pair(whole / kMinute, 'm', whole % kMinute, 's');
  if (whole < kDay) return pair(whole / kHour, 'h', whole % kHour / kMinute, 'm');
  return pair(whole / kDay, 'd', whole % kDay / kHour, 'h');
}

std::string time_of_day() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::localtime_r(&now, &parts);
  std::array<char, 16> text{};
  std::strftime(text.data(), text.size(), "%H:%M:%S", &parts);
  return text.data();
}

}  // namespace vxtap::ctl
