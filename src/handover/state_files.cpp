#include "handover/state_files.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "io/system_error.hpp"

namespace vxtap::handover {
namespace {

[[noreturn]] void fail(const char* call) {
  throw io::SystemError(std::string("saved state: ") + call, errno,
                        "free memory, or raise the service's limit");
}

io::UniqueFd create() {
  io::UniqueFd file(::memfd_create("vxtapd-state", MFD_CLOEXEC));
  if (!file) fail("memfd_create");
  return file;
}

/// Empty where nothing can be read.
std::vector<std::uint8_t> contents_of(const io::UniqueFd& file) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_size <= 0) return {};
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(status.st_size));
  std::size_t got = 0;
  while (got < bytes.size()) {
    const ssize_t n = ::pread(file.get(), bytes.data() + got, bytes.size() - got, static_cast<off_t>(got));
    if (n <= 0) break;
    got += static_cast<std::size_t>(n);
  }
  bytes.resize(got);
  return bytes;
}

void replace_contents(const io::UniqueFd& file, BytesView bytes) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t n =
        ::pwrite(file.get(), bytes.data() + written, bytes.size() - written, static_cast<off_t>(written));
    if (n <= 0) fail("pwrite");
    written += static_cast<std::size_t>(n);
  }
  if (::ftruncate(file.get(), static_cast<off_t>(bytes.size())) != 0) fail("ftruncate");
}

}  // namespace

StateFiles::StateFiles() : StateFiles(std::vector<io::UniqueFd>()) {}

StateFiles::StateFiles(std::vector<io::UniqueFd> earlier) {
  std::move(earlier.begin(),
            earlier.begin() + static_cast<std::ptrdiff_t>(std::min(earlier.size(), files_.size())),
            files_.begin());
  for (auto& file : files_)
    if (!file) file = create();
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const auto decoded = decode(contents_of(files_[i]));
    if (!decoded.state || decoded.state->sequence < sequence_) continue;
    sequence_ = decoded.state->sequence;
    next_ = 1 - i;
  }
}

Decoded StateFiles::read() const {
  Decoded latest = decode(contents_of(files_[1 - next_]));
  if (latest.state) return latest;
  Decoded other = decode(contents_of(files_[next_]));
  return other.state ? std::move(other) : std::move(latest);
}

void StateFiles::write(SavedState state) {
  state.sequence = sequence_ + 1;
  replace_contents(files_[next_], encode(state));
  sequence_ = state.sequence;
  next_ = 1 - next_;
}

}  // namespace vxtap::handover
