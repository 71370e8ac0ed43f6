#include "config/sections.hpp"

namespace vxtap::config {
namespace {

constexpr Range kLimitRange{1, 16'777'216};
constexpr std::chrono::hours kMaxAgeing{365 * 24};
constexpr Choice<UnknownUnicast> kUnknownUnicasts[] = {{"flood", UnknownUnicast::kFlood},
                                                       {"drop", UnknownUnicast::kDrop}};

void read_learning(const Value& value, FdbDraft& fdb) {
  if (const auto learning = read_boolean(value)) fdb.values.learning = *learning;
}

void read_ageing(const Value& value, FdbDraft& fdb) {
  const auto ageing = read_duration(value, kMaxAgeing);
  if (!ageing) return;
  fdb.values.ageing = std::chrono::duration_cast<std::chrono::milliseconds>(*ageing);
  if (fdb.values.ageing != *ageing)
    value.fail(value.node().text + " is finer than a millisecond; write whole ms");
}

void read_limit(const Value& value, FdbDraft& fdb) {
  if (const auto limit = read_number(value, kLimitRange))
    fdb.values.limit = static_cast<std::uint32_t>(*limit);
}

void read_learn_port(const Value& value, FdbDraft& fdb) {
  if (const auto learn_port = read_boolean(value)) fdb.values.learn_port = *learn_port;
}

void read_unknown_unicast(const Value& value, FdbDraft& fdb) {
  if (const auto choice = read_choice(value, kUnknownUnicasts)) fdb.values.unknown_unicast = *choice;
}

void read_static_mac(const Value& value, StaticEntryDraft& entry) {
  entry.mac = {read_unicast_mac(value, "write one host's address; flooded frames go to peers.remotes"),
               value};
}

void read_static_remote(const Value& value, StaticEntryDraft& entry) {
  entry.remote = read_remote_draft(value);
  entry.remote_source = value;
}

void read_static_entry(const Value& value, FdbDraft& fdb) {
  const auto errors = value.reporter().errors();
  StaticEntryDraft entry;
  read_section(kStaticEntrySection, value, entry);
  if (value.node().kind == Node::Kind::kMap) {
    if (!entry.mac.source) value.fail("has no mac; add `mac: ADDRESS`");
    if (!entry.remote_source) value.fail("has no remote; add `remote: ADDRESS`");
  } else if (value.reporter().errors() == errors) {
    value.fail_type("{mac: ADDRESS, remote: ADDRESS}");
  }
  if (entry.mac.value && entry.remote)
    fdb.static_entries.push_back({*entry.mac.value, *std::move(entry.remote), *entry.mac.source});
}

void read_static(const Value& value, FdbDraft& fdb) {
  fdb.static_source = value;
  if (!require_list(value, "a list of {mac: ADDRESS, remote: ADDRESS}")) return;
  for (std::size_t i = 0; i < value.node().items.size(); ++i) read_static_entry(value.element(i), fdb);
}

constexpr Field<FdbDraft> kFdbFields[] = {
    {"learning", read_learning},
    {"ageing", read_ageing},
    {"limit", read_limit},
    {"learn_port", read_learn_port},
    {"unknown_unicast", read_unknown_unicast},
    {"static", read_static},
};
constexpr Field<StaticEntryDraft> kStaticEntryFields[] = {{"mac", read_static_mac},
                                                          {"remote", read_static_remote}};

}  // namespace

constinit const Section<FdbDraft> kFdbSection{"segments[].fdb", kFdbFields};
constinit const Section<StaticEntryDraft> kStaticEntrySection{"segments[].fdb.static[]", kStaticEntryFields};

}  // namespace vxtap::config
