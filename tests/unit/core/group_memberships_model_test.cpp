// Random sequences of operations: the memberships and a naive model must send each group to the same remotes.
#include <map>
#include <random>
#include <set>

#include "group_memberships_values.hpp"
#include "support/catch.hpp"

using namespace vxtap;
using namespace vxtap::test;
using Kind = MembershipMessage::Kind;

namespace {

/// Everything that was ever heard, with when; what follows from it is computed when asked. Its clock counts
/// tenths of a second since the beginning and never wraps.
class Model {
 public:
  using Time = std::uint64_t;

  std::map<std::pair<MulticastGroup, Remote>, Time> until;  // of what was reported
  std::set<std::pair<MulticastGroup, Remote>> permanent;
  std::map<std::pair<bool, Remote>, Time> router_until;
  std::map<bool, Time> querier_until, host_until;

  void hear(const MembershipMessage& message, const Remote* from, Time now) {
    const bool v6 = !message.group.is_v4();
    const bool asks = message.kind == Kind::kQuery;
    if (asks) querier_until[v6] = now + 2550;
    if (from == nullptr && (asks || message.kind == Kind::kHello)) host_until[v6] = now + 2550;
    if (from != nullptr && message.from_router) router_until[{v6, *from}] = now + 2550;
    for (auto& [member, end] : until) {
      if (member.first != MulticastGroup(message.group)) continue;
      if (asks)
        end = std::min(end,
                       now + std::max<Time>(20, static_cast<Time>(2 * message.response_time.count() / 100)));
      if (message.kind == Kind::kLeave && from != nullptr && member.second == *from)
        end = std::min(end, now + 20);
    }
    if (message.kind == Kind::kJoin && from != nullptr) until[{message.group, *from}] = now + 2600;
  }

  void expire(Time now) {
    const auto is_over = [now](const auto& item) { return item.second <= now; };
    std::erase_if(until, is_over);
    std::erase_if(router_until, is_over);
    std::erase_if(querier_until, is_over);
    std::erase_if(host_until, is_over);
  }

  std::set<Remote> remotes(const MulticastGroup& group) const {
    std::set<Remote> found;
    const auto* ip = std::get_if<VtepAddress>(&group);
    const bool v6 = ip != nullptr && !ip->is_v4();
    for (const auto& [of, remote] : permanent)
      if (of == group) found.insert(remote);
    for (const auto& [member, end] : until)
      if (member.first == group && querier_until.contains(v6)) found.insert(member.second);
    if (ip == nullptr || found.empty()) return found;
    for (const auto& [router, end] : router_until)
      if (router.first == v6) found.insert(router.second);
    return found;
  }
};

/// Carries each operation out on both.
class Twins {
 public:
  explicit Twins(std::uint32_t seed) : random_(seed), begin_(static_cast<Tick>(random_())) {
    for (std::uint8_t i = 0; i < 4; ++i) {
      groups_.emplace_back(group_number(i));
      groups_.emplace_back(VtepAddress::from_v6({0xFF, 5, i}));
    }
    groups_.emplace_back(mac("01:00:5e:01:01:01"));
  }

  void step() {
    now_ += below(4) == 0 ? below(400) : below(5);
    const bool expired = memberships_.expire(tick());
    model_.expire(now_);
    compare(expired);
    compare(operate());
  }

 private:
  std::mt19937 random_;
  const Tick begin_;
  Model::Time now_ = 0;
  std::vector<MulticastGroup> groups_;  // the last one a MAC address
  GroupMemberships memberships_;
  Model model_;
  std::shared_ptr<const GroupTable> published_ = memberships_.build();

  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }
  Tick tick() const { return begin_ + static_cast<Tick>(now_); }

  MembershipMessage some_message() {
    const auto& group = std::get<VtepAddress>(groups_[below(8)]);
    switch (below(12)) {
      case 0:
        return general_query(!group.is_v4(), below(3) != 0);
      case 1:
        return hello(!group.is_v4());
      case 2:
        return group_query(group, std::chrono::milliseconds(100 * below(50)));
      case 3:
      case 4:
        return leave(group);
      default:
        return join(group);
    }
  }

  /// Whether a rebuild is asked for.
  bool operate() {
    const Remote remote = remote_number(below(5));
    const MulticastGroup group = groups_[below(9)];
    switch (below(20)) {
      case 0: {
        const bool added = model_.permanent.insert({group, remote}).second;
        REQUIRE((memberships_.add_static(group, remote) == GroupMemberships::StaticOutcome::kAdded) == added);
        return added;
      }
      case 1: {
        const bool removed = model_.permanent.erase({group, remote}) == 1;
        REQUIRE(memberships_.remove_static(group, remote) == removed);
        return removed;
      }
      case 2:
      case 3: {
        const auto message = some_message();
        model_.hear(message, nullptr, now_);
        return memberships_.from_host(message, tick());
      }
      default: {
        const auto message = some_message();
        model_.hear(message, &remote, now_);
        return memberships_.from_remote(message, remote, tick());
      }
    }
  }

  void compare(bool rebuild) {
    if (rebuild) published_ = memberships_.build();
    for (const auto& group : groups_) {
      const auto remotes = remotes_in(*published_, group);
      const auto expected = model_.remotes(group);
      REQUIRE(std::set(remotes.begin(), remotes.end()) == expected);
      REQUIRE(remotes.size() == expected.size());
    }
    for (const bool v6 : {false, true}) {
      const bool querier = model_.querier_until.contains(v6);
      REQUIRE(published_->snooping(v6) == querier);
      REQUIRE(published_->reports_to_host(v6) == (!querier || model_.host_until.contains(v6)));
    }
    compare_rows();
  }

  void compare_rows() {
    std::size_t reported = 0, permanent = 0;
    for (const auto& row : memberships_.list(tick())) {
      const std::pair member{row.group, row.remote};
      REQUIRE(row.permanent == model_.permanent.contains(member));
      REQUIRE(row.seconds_left.has_value() == model_.until.contains(member));
      if (row.seconds_left) REQUIRE(*row.seconds_left == (model_.until.at(member) - now_) / 10);
      permanent += row.permanent ? 1U : 0U;
      reported += row.seconds_left ? 1U : 0U;
    }
    REQUIRE(permanent == model_.permanent.size());
    REQUIRE(reported == model_.until.size());
  }
};

}  // namespace

TEST_CASE("group memberships: random operations have the outcomes of a naive model") {
  const auto seed = GENERATE(range(1U, 9U));
  INFO("seed " << seed);
  Twins twins(seed);
  for (int step = 0; step < 1500; ++step) {
    INFO("step " << step);
    twins.step();
  }
}
