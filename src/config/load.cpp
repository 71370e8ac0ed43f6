#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <map>

#include "config/check_segment.hpp"
#include "config/expansion.hpp"
#include "config/sections.hpp"
#include "config/uniqueness.hpp"
#include "io/system_error.hpp"

namespace vxtap::config {
namespace {

constexpr std::size_t kMaxSegments = 65535;  // as many as a TapId can tell apart
constexpr auto kConfined = "; a running vxtapd follows no link out of the directory it was started with";

/// Everything that one element says.
SegmentDraft read_draft(const Value& element, const FileDraft& file) {
  SegmentDraft draft(Value(element.reporter(), element.node(), "segment"), file.underlay);
  element.reporter().take_keys();
  read_section(kSegmentSection, element, draft);
  draft.keys = {element.reporter().take_keys(), file.keys};
  complete_device(draft.underlay);
  check_ranges(draft);
  return draft;
}

/// A TAP of several segments is described at one of them and named at the others.
void share_taps(std::vector<Segment>& segments) {
  std::map<std::string, Tap> described;
  for (const Segment& segment : segments) {
    const Tap& tap = segment.tap;
    const auto [known, is_new] = described.try_emplace(tap.name, tap);
    Tap plain;
    plain.name = tap.name;
    if (!is_new && known->second == plain) known->second = tap;
  }
  for (Segment& segment : segments) segment.tap = described.at(segment.tap.name);
}

std::vector<Segment> read_segments(const Value& list, const FileDraft& file) {
  std::vector<Segment> segments;
  if (!require_list(list, "a list of segments")) return segments;
  const auto& items = list.node().items;
  if (items.empty()) list.fail("is empty; list at least one segment");
  if (items.size() > kMaxSegments) {
    list.fail("has " + std::to_string(items.size()) + " elements; a daemon carries at most 65535");
    return segments;
  }
  Uniqueness uniqueness;
  for (const Node* item : items) {
    if (item->kind != Node::Kind::kMap) {
      Value(list.reporter(), *item, "segment").fail_type("keys such as `vni:`");
      continue;
    }
    const SegmentDraft draft = read_draft(Value(list.reporter(), *item, {}), file);
    if (segments.size() + count_of(draft) > kMaxSegments) {
      draft.source.fail(
          "brings the file above 65535 segments, ranges counted in full; a daemon carries no more");
      return segments;
    }
    uniqueness.add(draft);
    expand(draft, check_segment(draft), segments);
  }
  share_taps(segments);
  return segments;
}

/// Everything but the syntax. The result is meaningful only when no error was reported.
Config read_config(const Value& root) {
  FileDraft file;
  read_section(kFileSection, root, file);
  file.keys = std::make_shared<const std::vector<KeyPositions::Key>>(root.reporter().take_keys());
  if (file.segments) {
    file.values.segments = read_segments(*file.segments, file);
  } else if (root.node().kind == Node::Kind::kMap) {
    root.reporter().error(root.position(), "the file has no segments; add `segments:` with at least one");
  }
  return std::move(file.values);
}

/// The file's bytes, one more than kMaxFileBytes at most; empty with errno set when the system refuses.
std::optional<std::string> read_bytes(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return std::nullopt;
  // A reload must not wait for whoever might one day write into a pipe.
  if (struct stat file{}; ::fstat(fd, &file) != 0 || S_ISFIFO(file.st_mode) || S_ISSOCK(file.st_mode)) {
    ::close(fd);
    errno = ESPIPE;
    return std::nullopt;
  }
  std::string text;
  std::array<char, 65536> buffer{};
  ssize_t got = 1;
  while (got != 0 && text.size() <= kMaxFileBytes) {
    got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno != EINTR) break;
    if (got > 0) text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  const int read_errno = errno;
  ::close(fd);
  errno = read_errno;
  if (got < 0) return std::nullopt;
  return text;
}

}  // namespace

LoadResult load_text(const std::string& text, const std::string& name) {
  Reporter reporter(name);
  LoadResult result;
  const auto parsed = parse_tree(text);
  if (const auto* refused = std::get_if<TreeError>(&parsed)) {
    reporter.error(refused->position, refused->message);
  } else {
    Config config = read_config(Value(reporter, *std::get<Tree>(parsed).root, {}));
    if (reporter.errors() == 0) result.config = std::move(config);
  }
  result.diagnostics = reporter.take();
  return result;
}

LoadResult load_file(const std::string& path) {
  if (const auto text = read_bytes(path)) return load_text(*text, path);
  Reporter reporter(path);
  if (errno == ESPIPE)
    reporter.error({}, "is a pipe, which cannot be read again for a reload; give a regular file");
  else
    reporter.error({}, std::string("cannot be read: ") + std::strerror(errno) + "; " +
                           io::mend_of(errno, "give a file that is there and make it readable") +
                           (errno == EACCES ? kConfined : ""));
  return {std::nullopt, reporter.take()};
}

}  // namespace vxtap::config
