#include "ctl/top_model.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cctype>
#include <string_view>
#include <tuple>

#include "ctl/destination.hpp"
#include "ctl/fields.hpp"
#include "ctl/number_text.hpp"
#include "ctl/rates.hpp"
#include "ctl/render.hpp"

namespace vxtap::ctl {
namespace {

constexpr std::size_t kMostEvents = 200;
constexpr std::string_view kFloodMac = "00:00:00:00:00:00";

std::optional<double> rate_of(const json::value& rates, std::string_view name) {
  const auto& rate = field(rates, name);
  return rate.is_number() ? std::optional(rate.to_number<double>()) : std::nullopt;
}

/// Unknown as soon as one of them is.
std::optional<double> plus(std::optional<double> left, std::optional<double> right) {
  return left && right ? std::optional(*left + *right) : std::nullopt;
}

std::optional<double> sum_of(const json::value& rates) {
  std::optional<double> sum = 0;
  for (const auto& member : rates.as_object())
    sum = plus(sum,
               member.value().is_number() ? std::optional(member.value().to_number<double>()) : std::nullopt);
  return sum;
}

std::uint64_t total_of(const json::value& counts) {
  std::uint64_t total = 0;
  for (const auto& member : counts.as_object()) total += member.value().to_number<std::uint64_t>();
  return total;
}

void add_rates(TopRow& row, const json::value& rates) {
  const auto &tx = field(rates, "tx"), &rx = field(rates, "rx");
  row.tx_packets = rate_of(tx, "packets");
  row.tx_bits = rate_of(tx, "bits");
  row.rx_packets = rate_of(rx, "packets");
  row.rx_bits = rate_of(rx, "bits");
  row.flooded = rate_of(rates, "flooded");
  row.drops = sum_of(field(rates, "drops"));
}

void add_to(TopRow& sum, const TopRow& row) {
  const auto add = [&](std::optional<double> TopRow::*rate) {
    if (row.*rate) sum.*rate = (sum.*rate).value_or(0) + *(row.*rate);
  };
  for (const auto rate : {&TopRow::tx_packets, &TopRow::tx_bits, &TopRow::rx_packets, &TopRow::rx_bits,
                          &TopRow::flooded, &TopRow::drops})
    add(rate);
  sum.drops_total += row.drops_total;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return text;
}

double fill(const TopRow& row) {
  return row.fdb_limit == 0 ? 0 : static_cast<double>(row.fdb_entries) / static_cast<double>(row.fdb_limit);
}

/// What grows is sorted with the largest first, and so has its sign turned.
double sort_number(const TopRow& row, TopSort sort) {
  switch (sort) {
    case TopSort::kTxPackets:
      return -row.tx_packets.value_or(0);
    case TopSort::kTxBits:
      return -row.tx_bits.value_or(0);
    case TopSort::kRxPackets:
      return -row.rx_packets.value_or(0);
    case TopSort::kRxBits:
      return -row.rx_bits.value_or(0);
    case TopSort::kFlooded:
      return -row.flooded.value_or(0);
    case TopSort::kDrops:
      return -row.drops.value_or(0);
    case TopSort::kFdb:
      return -fill(row);
    case TopSort::kVni:
    case TopSort::kName:
      break;
  }
  return 0;
}

}  // namespace

void TopModel::take_stats(json::value document, TimePoint now) {
  if (paused_) return;
  const std::chrono::duration<double> seconds = now - stats_at_;
  // Against itself, the first document has the shape of rates but not one of them.
  rates_ = rates_of(stats_.is_null() ? json::value() : stats_, document, seconds.count());
  stats_ = std::move(document);
  stats_at_ = now;
  rebuild_all(rates_);
  rebuild_reasons(rates_);
  rebuild_rows();
}

void TopModel::rebuild_all(const json::value& rates) {
  all_.clear();
  sum_ = {};
  const auto& speeds = field(rates, "segments").as_array();
  for (const auto& segment : field(stats_, "segments").as_array()) {
    TopRow row{.index = all_.size(),
               .vni = static_cast<std::uint32_t>(count(segment, "vni")),
               .name = text(segment, "name"),
               .tap = text(segment, "tap"),
               .drops_total = total_of(field(segment, "drops")),
               .fdb_entries = count(field(segment, "fdb"), "entries")};
    if (const auto found = shown_.find(row.name); found != shown_.end()) {
      row.state = found->second.state;
      row.fdb_limit = found->second.fdb_limit;
    }
    add_rates(row, speeds.at(row.index));
    add_to(sum_, row);
    all_.push_back(std::move(row));
  }
  const TopRow rest{.drops = sum_of(field(rates, "drops")), .drops_total = total_of(field(stats_, "drops"))};
  add_to(sum_, rest);
}

void TopModel::rebuild_reasons(const json::value& rates) {
  reasons_.clear();
  const auto add = [&](const json::value& counts, const json::value& speeds) {
    std::size_t i = 0;
    for (const auto& member : counts.as_object()) {
      if (i == reasons_.size()) reasons_.push_back({.label = std::string(member.key()), .loss = true});
      auto& reason = reasons_[i++];
      reason.total += member.value().to_number<std::uint64_t>();
      if (const auto speed = rate_of(speeds, member.key())) reason.rate = reason.rate.value_or(0) + *speed;
    }
  };
  add(field(stats_, "drops"), field(rates, "drops"));
  for (const auto& row : all_)
    add(field(field(stats_, "segments").as_array()[row.index], "drops"),
        field(field(rates, "segments").as_array()[row.index], "drops"));
  std::erase_if(reasons_, [](const CounterRow& reason) { return reason.total == 0; });
  std::stable_sort(reasons_.begin(), reasons_.end(), [](const CounterRow& left, const CounterRow& right) {
    return std::tuple(left.rate.value_or(0), left.total) > std::tuple(right.rate.value_or(0), right.total);
  });
}

void TopModel::rebuild_rows() {
  const std::optional<TopRow> chosen =
      rows_.empty() ? std::nullopt : std::optional(rows_[std::min(selected_, rows_.size() - 1)]);
  rows_.clear();
  for (const auto& row : all_)
    if (lets_through(row)) rows_.push_back(row);
  const auto before = [this](const TopRow& left, const TopRow& right) {
    const auto key = [this](const TopRow& row) {
      return std::tuple(sort_number(row, sort_), sort_ == TopSort::kName ? row.name : std::string(), row.vni);
    };
    return reversed_ ? key(right) < key(left) : key(left) < key(right);
  };
  std::stable_sort(rows_.begin(), rows_.end(), before);
  // The bar stays on its segment wherever that went.
  const auto found = !chosen ? rows_.end() : std::find_if(rows_.begin(), rows_.end(), [&](const TopRow& row) {
    return row.same_segment(*chosen);
  });
  if (chosen && found == rows_.end() && page_ == TopPage::kInside) page_ = TopPage::kList;
  if (found != rows_.end()) selected_ = static_cast<std::size_t>(found - rows_.begin());
  selected_ = rows_.empty() ? 0 : std::min(selected_, rows_.size() - 1);
}

bool TopModel::lets_through(const TopRow& row) const {
  if (drops_only_ && row.drops_total == 0) return false;
  return filter_.empty() || std::to_string(row.vni).starts_with(filter_) ||
         lower(row.name).find(lower(filter_)) != std::string::npos;
}

void TopModel::take_show(const json::value& document) {
  if (paused_) return;
  shown_.clear();
  for (const auto& segment : document.as_array())
    shown_[text(segment, "name")] = {text(segment, "operstate"), count(field(segment, "fdb"), "limit")};
  if (stats_.is_null()) return;
  rebuild_all(rates_);
  rebuild_rows();
}

void TopModel::take_fdb(const json::value& document, const TopRow& segment) {
  if (paused_) return;
  fdb_.clear();
  remotes_.clear();
  fdb_of_ = segment;
  std::map<std::string, std::size_t> places;
  for (const auto& entry : document.as_array()) {
    if (text(entry, "segment") != segment.name) continue;
    const auto where = destination(entry);
    const auto mac = text(entry, "mac");
    const auto place = places.try_emplace(where, remotes_.size()).first->second;
    if (place == remotes_.size()) remotes_.push_back({.destination = where});
    if (mac == kFloodMac) {
      remotes_[place].flooded = true;
      continue;
    }
    ++remotes_[place].entries;
    const bool ages = text(entry, "state") == "reachable";
    fdb_.push_back({mac, where, text(entry, "state"), text(entry, "origin"),
                    ages ? age_text(field(entry, "age").to_number<double>()) : "-"});
  }
  std::stable_sort(remotes_.begin(), remotes_.end(), [](const TopRemote& left, const TopRemote& right) {
    return left.entries > right.entries;
  });
}

void TopModel::take_event(const json::value& event, const std::string& time) {
  if (paused_) {
    ++unseen_;
    return;
  }
  const auto kind = text(event, "event");
  const auto lines = render_event(event, Style(false));
  events_.push_back(
      {time + ' ' + lines.substr(0, lines.find('\n')), kind == "drop" || kind == "drops_left_out"});
  if (events_.size() > kMostEvents) events_.pop_front();
}

CounterGroup TopModel::counters_of(const TopRow& row) const {
  return segment_group(field(stats_, "segments").as_array().at(row.index),
                       field(rates_, "segments").as_array().at(row.index));
}

bool TopModel::knows_fdb() const {
  const auto* row = selected_row();
  return row != nullptr && fdb_of_ && fdb_of_->same_segment(*row);
}

std::vector<TopEvent> TopModel::events(std::size_t most) const {
  std::vector<TopEvent> last;
  for (auto event = events_.rbegin(); event != events_.rend() && last.size() < most; ++event)
    if (event->loss || !drops_only_) last.push_back(*event);
  std::reverse(last.begin(), last.end());
  return last;
}

}  // namespace vxtap::ctl
