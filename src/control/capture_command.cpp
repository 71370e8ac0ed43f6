#include "control/capture_command.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "control/params.hpp"
#include "control/replies.hpp"

namespace vxtap::control {
namespace {

/// BPF_MAXINSNS, linux/bpf_common.h.
constexpr std::size_t kMostInstructions = 4096;

Fault bad_filter() {
  return {FaultCode::kInvalidParams,
          "invalid params: `filter` is not a classic BPF program: at most 4096 arrays of [code, jt, jf, k]"};
}

std::uint32_t number(const json::value& value, std::uint32_t most) {
  const auto* plain = value.if_int64();
  if (plain == nullptr || *plain < 0 || *plain > most) throw bad_filter();
  return static_cast<std::uint32_t>(*plain);
}

std::vector<FilterInstruction> filter_of(const json::value* value) {
  std::vector<FilterInstruction> program;
  if (value == nullptr) return program;
  const auto* instructions = value->if_array();
  if (instructions == nullptr || instructions->size() > kMostInstructions) throw bad_filter();
  for (const auto& one : *instructions) {
    const auto* parts = one.if_array();
    if (parts == nullptr || parts->size() != 4) throw bad_filter();
    program.push_back({static_cast<std::uint16_t>(number((*parts)[0], UINT16_MAX)),
                       static_cast<std::uint8_t>(number((*parts)[1], UINT8_MAX)),
                       static_cast<std::uint8_t>(number((*parts)[2], UINT8_MAX)),
                       number((*parts)[3], UINT32_MAX)});
  }
  return program;
}

CaptureRequest::Side side_of(std::string_view word) {
  if (word == "both") return CaptureRequest::Side::kBoth;
  if (word == "tap") return CaptureRequest::Side::kTap;
  if (word == "underlay") return CaptureRequest::Side::kUnderlay;
  throw Fault(FaultCode::kInvalidParams, "invalid params: `side` is not tap, underlay or both");
}

}  // namespace

std::unique_ptr<ByteStream> open_capture(DaemonApi& daemon, const json::object& values) {
  const Params params(values, {"vni", "side", "drops", "superframes", "count", "filter"});
  CaptureRequest request;
  request.vni = params.vni();
  if (request.vni) segments_of(daemon, request.vni);  // refuses a VNI that is not there
  request.side = side_of(params.text("side").value_or("both"));
  request.drops_only = params.flag("drops");
  request.superframes = params.flag("superframes");
  request.count = params.count("count").value_or(0);
  request.filter = filter_of(values.if_contains("filter"));
  return daemon.capture(request);
}

}  // namespace vxtap::control
