#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "control/json_text.hpp"
#include "ctl/counter_groups.hpp"
#include "ctl/styled_text.hpp"
#include "ctl/top_key.hpp"

/// What `vxtapctl top` knows and what its user chose, without terminal and without daemon: documents and keys
/// go in, rows come out. top_view.hpp draws it.
namespace vxtap::ctl {

namespace json = boost::json;

/// A segment's line. Rates are a second, empty while they are not known.
struct TopRow {
  std::size_t index = 0;  ///< in the last document of `stats`
  std::uint32_t vni = 0;
  std::string name = {}, tap = {}, state = {};
  std::optional<double> tx_packets = {}, tx_bits = {}, rx_packets = {}, rx_bits = {}, flooded = {},
                        drops = {};
  std::uint64_t drops_total = 0;
  std::uint64_t fdb_entries = 0, fdb_limit = 0;  ///< limit 0: not known yet

  bool same_segment(const TopRow& other) const {
    return vni == other.vni && name == other.name && tap == other.tap;
  }
};

struct TopFdbRow {
  std::string mac, destination, state, origin, age;
};
/// A remote of the selected segment.
struct TopRemote {
  std::string destination;
  std::size_t entries = 0;  ///< of the FDB that point to it
  bool flooded = false;     ///< in the flood list
};

struct TopEvent {
  std::string text;
  bool loss = false;  ///< a dropped frame
};

enum class TopPage { kList, kInside, kHelp };
enum class TopSort { kVni, kName, kTxPackets, kTxBits, kRxPackets, kRxBits, kFlooded, kDrops, kFdb };
inline constexpr std::size_t kTopSortCount = 9;

class TopModel {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Documents of the daemon. While the user has paused they change nothing.
  void take_stats(json::value document, TimePoint now);
  void take_show(const json::value& document);
  /// Of `fdb show --vni`, for the segment that was selected when it was asked for.
  void take_fdb(const json::value& document, const TopRow& segment);
  /// One of the stream, which came at `time` (of day, as text).
  void take_event(const json::value& event, const std::string& time);

  /// False: the user quits.
  bool press(const Key& key);
  /// How far the page inside a segment can be scrolled.
  void limit_scroll(std::size_t most) { scroll_ = std::min(scroll_, most); }

  /// The segments that the filter lets through, sorted.
  const std::vector<TopRow>& rows() const noexcept { return rows_; }
  std::size_t selected() const noexcept { return selected_; }  ///< index of rows(); 0 without any
  const TopRow* selected_row() const { return rows_.empty() ? nullptr : &rows_[selected_]; }
  std::size_t segments() const noexcept { return all_.size(); }
  /// All segments together, and what no segment owns.
  const TopRow& sum() const noexcept { return sum_; }
  /// All reasons of the daemon, those that count now first.
  const std::vector<CounterRow>& drop_reasons() const noexcept { return reasons_; }
  CounterGroup counters_of(const TopRow& row) const;

  /// Whether the FDB at hand is the selected segment's.
  bool knows_fdb() const;
  const std::vector<TopFdbRow>& fdb() const noexcept { return fdb_; }
  const std::vector<TopRemote>& remotes() const noexcept { return remotes_; }
  /// The last ones, oldest first; drops only where the user wants that.
  std::vector<TopEvent> events(std::size_t most) const;

  TopPage page() const noexcept { return page_; }
  TopSort sort() const noexcept { return sort_; }
  bool reversed() const noexcept { return reversed_; }
  bool drops_only() const noexcept { return drops_only_; }
  bool paused() const noexcept { return paused_; }
  std::uint64_t unseen_events() const noexcept { return unseen_; }  ///< since the pause began
  bool typing_filter() const noexcept { return typing_; }
  const std::string& filter() const noexcept { return filter_; }
  std::size_t scroll() const noexcept { return scroll_; }

 private:
  void rebuild_all(const json::value& rates);
  void rebuild_reasons(const json::value& rates);
  void rebuild_rows();
  bool lets_through(const TopRow& row) const;
  void type(const Key& key);
  bool go_back();
  void move(std::ptrdiff_t by);
  bool press_letter(char letter);

  json::value stats_, rates_;
  TimePoint stats_at_{};
  struct Shown {
    std::string state;
    std::uint64_t fdb_limit = 0;
  };
  std::map<std::string, Shown> shown_;  // by name
  std::vector<TopRow> all_, rows_;
  TopRow sum_;
  std::vector<CounterRow> reasons_;
  std::vector<TopFdbRow> fdb_;
  std::vector<TopRemote> remotes_;
  std::optional<TopRow> fdb_of_;
  std::deque<TopEvent> events_;
  std::uint64_t unseen_ = 0;

  TopPage page_ = TopPage::kList, page_before_help_ = TopPage::kList;
  TopSort sort_ = TopSort::kVni;
  bool reversed_ = false, drops_only_ = false, paused_ = false, typing_ = false;
  std::string filter_;
  std::size_t selected_ = 0, scroll_ = 0;
};

}  // namespace vxtap::ctl
