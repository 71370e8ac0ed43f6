#include "vxtapd/inspect_documents.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace vxtap::daemon {
namespace {

namespace json = control::json;
using control::to_json;

json::value known(std::uint32_t mtu) {
  return mtu == 0 ? json::value() : json::value(mtu);
}

/// Null where nothing is known.
json::value fits(const inspect::PathTap& tap, const inspect::PathMtu& found, std::uint32_t inner) {
  return found.path_mtu == 0 ? json::value() : json::value(tap.mtu <= inner);
}

json::value mend_of(const inspect::Finding& finding) {
  return finding.mend.empty() ? json::value() : json::value(finding.mend);
}

}  // namespace

json::value path_mtu_document(const inspect::PathQuestion& question, const inspect::PathMtu& found) {
  const auto inner = inspect::inner_mtu(question.remote, found.path_mtu);
  json::array taps;
  for (const auto& tap : question.taps)
    taps.push_back(json::object{{"vni", tap.vni.value()},
                                {"segment", tap.segment},
                                {"name", tap.name},
                                {"mtu", tap.mtu},
                                {"fits", fits(tap, found, inner)}});
  return json::object{{"remote", question.remote.to_string()},
                      {"local", question.local.address.to_string()},
                      {"route_mtu", known(found.route_mtu)},
                      {"path_mtu", known(found.path_mtu)},
                      {"verified", found.verified},
                      {"exact", found.verified && found.search.exact},
                      {"method", found.method},
                      {"inner_mtu", known(inner)},
                      {"taps", std::move(taps)},
                      {"advice", inspect::advice(question, found)}};
}

json::value doctor_document(std::span<const inspect::Finding> findings) {
  json::array checks;
  for (const auto& finding : findings)
    checks.push_back(json::object{{"check", to_json(finding.check)},
                                  {"object", finding.object},
                                  {"result", to_json(word(finding.severity))},
                                  {"seen", finding.seen},
                                  {"mend", mend_of(finding)}});
  const auto count = [&](inspect::Severity severity) {
    return std::ranges::count(findings, severity, &inspect::Finding::severity);
  };
  return json::object{{"checks", std::move(checks)},
                      {"errors", count(inspect::Severity::kError)},
                      {"warnings", count(inspect::Severity::kWarning)},
                      {"hints", count(inspect::Severity::kHint)}};
}

}  // namespace vxtap::daemon
