#include "handover/state_files.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include "io/system_error.hpp"

namespace vxtap::handover {
namespace {

/// More than a state ever has: it holds some 60 bytes for each of at most a few million FDB entries.
constexpr off_t kLargest = off_t{1} << 30;

[[noreturn]] void fail(const char* call) {
  throw io::SystemError(std::string("saved state: ") + call, errno,
                        "free memory, or raise the service's limit");
}

io::UniqueFd create() {
  io::UniqueFd file(::memfd_create("vxtapd-state", MFD_CLOEXEC));
  if (!file) fail("memfd_create");
  return file;
}

bool is_in_memory(const io::UniqueFd& file) {
  constexpr std::string_view kLike = "/memfd:";
  std::array<char, kLike.size()> target{};
  const std::string link = "/proc/self/fd/" + std::to_string(file.get());
  const ssize_t n = ::readlink(link.c_str(), target.data(), target.size());
  return n >= 0 && std::string_view(target.data(), static_cast<std::size_t>(n)) == kLike;
}

/// Empty where nothing can be read, or more than a state can have.
std::vector<std::uint8_t> contents_of(const io::UniqueFd& file) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || status.st_size <= 0 || status.st_size > kLargest) return {};
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

StateFiles::StateFiles(std::vector<io::UniqueFd> earlier) {
  std::erase_if(earlier, [](const io::UniqueFd& file) { return !is_in_memory(file); });
  const auto kept = std::min(earlier.size(), files_.size());
  std::move(earlier.begin(), earlier.begin() + static_cast<std::ptrdiff_t>(kept), files_.begin());
  for (std::size_t i = 0; i < files_.size(); ++i)
    if (files_[i]) read(i);
  if (!earlier_.state && earlier_.refused.empty()) earlier_.refused = "there is no description of it";
  for (auto& file : files_)
    if (!file || !earlier_.state) file = create();
}

/// Keeps what file i holds where that is later than what is known.
void StateFiles::read(std::size_t i) {
  const auto bytes = contents_of(files_[i]);
  if (bytes.empty()) return;
  Decoded decoded = decode(bytes);
  if (!decoded.state) {
    if (!earlier_.state && decoded.refused != earlier_.refused)
      earlier_.refused += (earlier_.refused.empty() ? "" : "; ") + decoded.refused;
    return;
  }
  if (decoded.state->sequence < sequence_) return;
  sequence_ = decoded.state->sequence;
  next_ = 1 - i;
  earlier_ = std::move(decoded);
}

void StateFiles::write(SavedState state) {
  state.sequence = sequence_ + 1;
  replace_contents(files_[next_], encode(state));
  sequence_ = state.sequence;
  next_ = 1 - next_;
}

}  // namespace vxtap::handover
