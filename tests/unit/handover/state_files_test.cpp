#include "handover/state_files.hpp"

#include <fcntl.h>
#include <unistd.h>

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

void damage(const io::UniqueFd& file) {
  REQUIRE(::pwrite(file.get(), "X", 1, 30) == 1);
}

}  // namespace

TEST_CASE("state files: new ones hold nothing, and say so") {
  const StateFiles files;
  CHECK_FALSE(files.read().state);
  CHECK_FALSE(files.read().refused.empty());
}

TEST_CASE("state files: the next process reads what was written last, whichever file has it") {
  for (const std::uint64_t writes : {1, 2, 3}) {
    StateFiles files;
    for (std::uint64_t i = 1; i <= writes; ++i) files.write(numbered(i));
    StateFiles next(duplicates(files));
    REQUIRE(next.read().state);
    CHECK(next.read().state->totals.worker_loans == writes);
    CHECK(next.read().state->sequence == writes);

    SECTION("and goes on after it: " + std::to_string(writes)) {
      next.write(numbered(100));
      CHECK(StateFiles(duplicates(next)).read().state->totals.worker_loans == 100);
      CHECK(StateFiles(duplicates(next)).read().state->sequence == writes + 1);
    }
  }
}

TEST_CASE("state files: a process that dies while it writes leaves the state before") {
  StateFiles files;
  files.write(numbered(1));
  files.write(numbered(2));
  auto left = duplicates(files);
  damage(left[1]);
  const auto decoded = StateFiles(std::move(left)).read();
  REQUIRE(decoded.state);
  CHECK(decoded.state->totals.worker_loans == 1);
}

TEST_CASE("state files: with both damaged there is none") {
  StateFiles files;
  files.write(numbered(1));
  files.write(numbered(2));
  auto left = duplicates(files);
  damage(left[0]);
  damage(left[1]);
  StateFiles next(std::move(left));
  CHECK_FALSE(next.read().state);
  CHECK(next.read().refused.find("checksum") != std::string::npos);
  next.write(numbered(3));
  CHECK(next.read().state->totals.worker_loans == 3);
}

TEST_CASE("state files: a shorter state over a longer one") {
  StateFiles files;
  for (int i = 0; i < 2; ++i) files.write(test::some_state());
  for (int i = 0; i < 2; ++i) files.write({});
  CHECK(files.read().state->segments.empty());
}

TEST_CASE("state files: what is no file is like none at all") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  std::vector<io::UniqueFd> left;
  left.emplace_back(ends[0]);
  left.emplace_back(ends[1]);
  const StateFiles files(std::move(left));
  CHECK_FALSE(files.read().state);
}
