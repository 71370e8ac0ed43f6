#include "io/system_error.hpp"

#include <cctype>
#include <cerrno>
#include <system_error>

namespace vxtap::io {

std::string error_text(int error) {
  if (error == EADDRINUSE) return "address in use";
  std::string text = std::generic_category().message(error);
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

SystemError::SystemError(const std::string& object, int error, const std::string& mend)
    : std::runtime_error(object + ": " + error_text(error) + (mend.empty() ? "" : "; " + mend)),
      error_(error) {}

}  // namespace vxtap::io
