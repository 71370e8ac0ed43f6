#include "handover/state_files.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "some_state.hpp"
#include "support/catch.hpp"

using namespace vxtap;
using namespace vxtap::handover;

namespace {

std::vector<io::UniqueFd> duplicates(const StateFiles& files) {
  std::vector<io::UniqueFd> out;
  for (const int fd : files.descriptors()) out.emplace_back(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
  return out;
}

/// A state that is told apart by one counter.
SavedState numbered(std::uint64_t number) {
  SavedState state = test::some_state();
  state.totals.worker_loans = number;
  return state;
}

std::vector<io::UniqueFd> left_after_two_writes() {
  StateFiles files;
  files.write(numbered(1));
  files.write(numbered(2));
  return duplicates(files);
}

void damage(const io::UniqueFd& file) {
  REQUIRE(::pwrite(file.get(), "X", 1, 30) == 1);
}

}  // namespace

TEST_CASE("state files: new ones hold nothing, and say so") {
  const auto decoded = StateFiles().take_earlier();
  CHECK_FALSE(decoded.state);
  CHECK(decoded.refused == "there is no description of it");
}

TEST_CASE("state files: the next process reads what was written last, whichever file has it") {
  for (const std::uint64_t writes : {1U, 2U, 3U}) {
    StateFiles files;
    for (std::uint64_t i = 1; i <= writes; ++i) files.write(numbered(i));
    StateFiles next(duplicates(files));
    const auto found = next.take_earlier().state;
    REQUIRE(found);
    CHECK(found->totals.worker_loans == writes);
    CHECK(found->sequence == writes);

    SECTION("and goes on after it: " + std::to_string(writes)) {
      next.write(numbered(100));
      const auto last = StateFiles(duplicates(next)).take_earlier().state;
      CHECK(last->totals.worker_loans == 100);
      CHECK(last->sequence == writes + 1);
    }
  }
}

TEST_CASE("state files: a process that dies while it writes leaves the state before") {
  auto left = left_after_two_writes();
  damage(left[1]);
  const auto decoded = StateFiles(std::move(left)).take_earlier();
  REQUIRE(decoded.state);
  CHECK(decoded.state->totals.worker_loans == 1);
}

TEST_CASE("state files: with both damaged there is none") {
  auto left = left_after_two_writes();
  damage(left[0]);
  damage(left[1]);
  StateFiles next(std::move(left));
  const auto decoded = next.take_earlier();
  CHECK_FALSE(decoded.state);
  CHECK(decoded.refused == "its checksum is wrong");
  next.write(numbered(3));
  CHECK(StateFiles(duplicates(next)).take_earlier().state->totals.worker_loans == 3);
}

TEST_CASE("state files: of two that are refused for different reasons both are told") {
  auto left = left_after_two_writes();
  damage(left[0]);
  REQUIRE(::ftruncate(left[1].get(), 3) == 0);
  const auto found = StateFiles(std::move(left)).take_earlier();
  CHECK(found.refused == "its checksum is wrong; it is none of vxtapd");
}

TEST_CASE("state files: a shorter state over a longer one") {
  StateFiles files;
  for (int i = 0; i < 2; ++i) files.write(test::some_state());
  for (int i = 0; i < 2; ++i) files.write({});
  CHECK(StateFiles(duplicates(files)).take_earlier().state->segments.empty());
}

TEST_CASE("state files: what is no file in memory is neither read nor written to") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  std::FILE* temporary = std::tmpfile();
  REQUIRE(temporary != nullptr);
  const auto bytes = encode(numbered(1));
  REQUIRE(::pwrite(fileno(temporary), bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  std::vector<io::UniqueFd> left;
  left.emplace_back(ends[0]);
  left.emplace_back(ends[1]);
  left.emplace_back(::fcntl(fileno(temporary), F_DUPFD_CLOEXEC, 0));
  StateFiles files(std::move(left));
  CHECK_FALSE(files.take_earlier().state);
  files.write({});
  files.write({});
  struct stat status {};
  REQUIRE(::fstat(fileno(temporary), &status) == 0);
  CHECK(status.st_size == static_cast<off_t>(bytes.size()));
  std::fclose(temporary);
}

TEST_CASE("state files: of a file that is larger than any state nothing is read") {
  std::vector<io::UniqueFd> left;
  left.emplace_back(::memfd_create("state", MFD_CLOEXEC));
  REQUIRE(::ftruncate(left.front().get(), off_t{1} << 40) == 0);
  const auto found = StateFiles(std::move(left)).take_earlier();
  CHECK_FALSE(found.state);
}
