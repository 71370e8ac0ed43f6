#include "vxtapd/capture_comment.hpp"

#include <array>

#include "io/system_error.hpp"

namespace vxtap::daemon {
namespace {

std::string_view in_words(FloodKind kind) {
  constexpr std::array<std::string_view, 3> kWords{"broadcast", "multicast", "unknown unicast"};
  return kWords[static_cast<std::size_t>(kind)];
}

std::string drop_words(DropReason reason) {
  return "dropped: " + std::string(to_string(reason)) + " (" + std::string(info(reason).meaning) + ")";
}

std::string remotes_words(const SightFromTap& sight) {
  return sight.remotes == 1 ? to_string(sight.first) : std::to_string(sight.remotes) + " remotes";
}

/// What was learned, behind a semicolon; empty when nothing was.
std::string learning_words(const SightFromUnderlay& sight) {
  const std::string mac = sight.mac.to_string();
  const std::string here = sight.source.address.to_string();
  switch (sight.learned.value_or(LearnOutcome::kRefreshed)) {
    case LearnOutcome::kLearned:
      return "; learned " + mac + " at " + here;
    case LearnOutcome::kMoved:
      return "; " + mac + " moved from " + sight.before.to_string() + " to " + here;
    case LearnOutcome::kDamped:
    case LearnOutcome::kHeld:
      return "; " + mac + " moves too often and is held at " + sight.before.to_string();
    case LearnOutcome::kSticky:
      return "; " + mac + " is sticky and stays at " + sight.before.to_string();
    case LearnOutcome::kFull:
      return "; " + mac + " not learned: the FDB is full";
    case LearnOutcome::kRefreshed:
    case LearnOutcome::kPinned:
      break;
  }
  return {};
}

/// The decision by itself, for each place; the drop reason is told behind it.
class Decision {
 public:
  Decision(const Sighting& sighting, std::string_view tap) : sighting_(sighting), tap_(tap) {}

  std::string operator()(const SightFromTap& sight) const {
    if (sight.answered) return "answered here";
    if (sight.remotes == 0) return drop();
    const std::string why = sight.flooded   ? " (" + std::string(in_words(*sight.flooded)) + ")"
                            : sight.unicast ? " (FDB)"
                                            : " (multicast group)";
    const std::string to = (sight.flooded ? "flooded to " : "to ") + remotes_words(sight) + why;
    return sighting_.drop ? to + "; other copies " + drop() : to;
  }

  std::string operator()(const SightToUnderlay& sight) const {
    const std::string to = to_string(sight.remote);
    if (!sighting_.drop) return "sent to " + to;
    std::string some;
    if (sighting_.packets > sight.failed)
      some = std::to_string(sight.failed) + " of " + std::to_string(sighting_.packets) + " ";
    return "to " + to + ": " + some + drop() + ": " + io::error_text(sight.error);
  }

  std::string operator()(const SightFromUnderlay& sight) const {
    if (sighting_.drop) return drop() + learning_words(sight);
    const std::string what =
        sight.withheld ? "withheld from the host" : "to be delivered to " + std::string(tap_);
    return what + learning_words(sight);
  }

  std::string operator()(const SightToTap&) const {
    return sighting_.drop ? drop() : "delivered to " + std::string(tap_);
  }

 private:
  const Sighting& sighting_;
  std::string_view tap_;

  std::string drop() const { return sighting_.drop ? drop_words(*sighting_.drop) : ""; }
};

}  // namespace

std::string capture_comment(const Sighting& sighting, std::string_view segment, std::string_view tap) {
  std::string text;
  if (sighting.vni) text = "vni " + std::to_string(sighting.vni->value()) + " " + std::string(segment) + ": ";
  return text + std::visit(Decision(sighting, tap), sighting.what);
}

}  // namespace vxtap::daemon
