#pragma once

#include <stdexcept>
#include <string>

namespace vxtap::io {

/// A system call that failed, said so that a reader can act: "OBJECT: ERRNO TEXT; MEND".
class SystemError : public std::runtime_error {
 public:
  /// `error` is an errno value. `mend` is a clause that says what to do, or further detail from the kernel;
  /// being out of descriptors has its own.
  SystemError(const std::string& object, int error, const std::string& mend = {});

  int error() const noexcept { return error_; }

 private:
  int error_;
};

/// `mend`, or what mends an error that any call can have, whatever it is about: being out of descriptors.
std::string mend_of(int error, const std::string& mend);

/// The text of an errno value as it stands within a sentence: "permission denied".
std::string error_text(int error);

}  // namespace vxtap::io
