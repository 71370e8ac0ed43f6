// The table against a plain list, and many threads at once.
#include <algorithm>
#include <atomic>
#include <random>
#include <string>
#include <thread>

#include "neighbour_values.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

using Role = NeighbourRole;

/// The table's rules once more, one after the other over a plain list.
struct Model {
  std::vector<Neighbour> rows;
  std::size_t limit = 3;
  Tick ageing = 20;
  std::uint64_t refused = 0;

  Neighbour* row(const VtepAddress& ip) {
    for (auto& one : rows)
      if (one.binding.ip == ip) return &one;
    return nullptr;
  }
  bool old(const Neighbour& one, Tick now) const {
    return !one.configured && ageing > 0 && now > one.heard + ageing;
  }
  void snoop(const NeighbourClaim& said, Tick now) {
    Neighbour* one = row(said.binding.ip);
    if (one == nullptr) {
      const auto snooped = std::ranges::count(rows, false, &Neighbour::configured);
      if (static_cast<std::size_t>(snooped) == limit)
        ++refused;
      else
        rows.push_back({said.binding, said.role, false, now});
    } else if (one->binding == said.binding && !old(*one, now)) {
      if (said.role != Role::kUnknown) one->role = said.role;
      if (!one->configured) one->heard = now;
    } else if (!one->configured && (said.overrides || old(*one, now))) {
      *one = {said.binding, said.role, false, now};
    }
  }
  void withdraw(const NeighbourClaim& said) {
    std::erase_if(rows, [&](const Neighbour& one) {
      return !one.configured && said.overrides && one.binding.ip == said.binding.ip &&
             one.binding.mac != said.binding.mac;
    });
  }
  void configure(const std::vector<Binding>& bindings) {
    const auto before = rows;
    std::erase_if(rows, [](const Neighbour& one) { return one.configured; });
    for (const auto& binding : bindings) {
      std::erase_if(rows, [&](const Neighbour& one) { return one.binding.ip == binding.ip; });
      Neighbour one{.binding = binding, .role = Role::kUnknown, .configured = true, .heard = 0};
      for (const auto& was : before)
        if (was.binding == binding) one.role = was.role;
      rows.push_back(one);
    }
  }
};

std::vector<std::string> lines(std::vector<Neighbour> rows) {
  std::ranges::sort(rows, {}, [](const Neighbour& one) { return one.binding; });
  std::vector<std::string> text;
  text.reserve(rows.size());
  for (const auto& one : rows)
    text.push_back(one.binding.ip.to_string() + " " + one.binding.mac.to_string() + " role " +
                   std::to_string(static_cast<int>(one.role)) + (one.configured ? " configured" : " heard ") +
                   (one.configured ? "" : std::to_string(one.heard)));
  return text;
}

}  // namespace

TEST_CASE("neighbours: like a plain list under random operations") {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    std::mt19937 random(seed);
    Model model;
    NeighbourTable table(model.limit);
    table.set_ageing(model.ageing);
    Tick now = 1000;
    const auto some_binding = [&] {
      return Binding{numbered(random() % 6), MacAddress::from_u64(2 + random() % 3)};
    };
    for (int step = 0; step < 200; ++step) {
      now += static_cast<Tick>(random() % 4);
      NeighbourClaim said{some_binding(), static_cast<Role>(random() % 3), random() % 4 != 0};
      switch (random() % 16) {
        case 0: {
          const std::vector<Binding> bindings{some_binding(), some_binding()};
          table.configure(bindings);
          model.configure(bindings);
          break;
        }
        case 1: {
          const auto old = std::erase_if(model.rows, [&](const auto& one) { return model.old(one, now); });
          REQUIRE(table.expire(now) == old);
          break;
        }
        case 2:
        case 3:
          table.withdraw(said);
          model.withdraw(said);
          break;
        default:
          table.snoop(said, now);
          model.snoop(said, now);
      }
      REQUIRE(lines(table.list()) == lines(model.rows));
      REQUIRE(table.refused() == model.refused);
      for (std::uint32_t number = 0; number < 6; ++number) {
        const Neighbour* row = model.row(numbered(number));
        REQUIRE(table.find(numbered(number), now).has_value() == (row != nullptr && !model.old(*row, now)));
      }
    }
  }
}

TEST_CASE("neighbours: threads that read, snoop, age and configure see whole bindings only") {
  NeighbourTable table(64);
  table.configure(std::vector<Binding>{{kBoundIp, kBoundMac}});
  std::atomic<std::uint64_t> wrong{0};
  std::atomic<bool> done{false};
  {
    std::jthread reader([&] {
      for (std::uint32_t i = 0; !done; ++i) {
        const auto fixed = table.find(kBoundIp, kBoundAt);
        if (!fixed || fixed->binding.mac != kBoundMac) ++wrong;
        const auto found = table.find(numbered(i % 128), kBoundAt);
        if (found && found->binding.mac.to_u64() % 128 != i % 128) ++wrong;
        for (const auto& row : table.list())
          if (!row.configured && numbered(row.binding.mac.to_u64() % 128) != row.binding.ip) ++wrong;
      }
    });
    for (std::uint32_t i = 0; i < 20'000; ++i) {
      table.snoop(claim(numbered(i % 128), MacAddress::from_u64(i)), kBoundAt);
      if (i % 7 == 0) table.withdraw(claim(numbered(i % 128), kOtherMac));
      if (i % 1000 == 0) table.configure(std::vector<Binding>{{kBoundIp, kBoundMac}});
      if (i % 3000 == 0) table.expire(kBoundAt + 100'000);
    }
    done = true;
  }
  CHECK(wrong == 0);
  CHECK(table.list().size() <= 65);
}
