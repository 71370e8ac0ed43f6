#include "io/system_error.hpp"

#include <cctype>
#include <cerrno>
#include <system_error>

namespace vxtap::io {
namespace {

std::string sentence(const std::string& object, int error, const std::string& mend) {
  return object + ": " + error_text(error) + (mend.empty() ? "" : "; " + mend);
}

}  // namespace

std::string mend_of(int error, const std::string& mend) {
  if (error == EMFILE) return "raise the limit of open files (LimitNOFILE= of the unit, or ulimit -n)";
  if (error == ENFILE) return "raise the host's limit of open files (sysctl fs.file-max)";
  return mend;
}

std::string error_text(int error) {
  if (error == EADDRINUSE) return "address in use";
  std::string text = std::generic_category().message(error);
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

SystemError::SystemError(const std::string& object, int error, const std::string& mend)
    : std::runtime_error(sentence(object, error, mend_of(error, mend))), error_(error) {}

}  // namespace vxtap::io
