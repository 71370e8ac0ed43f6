#pragma once

#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "vxtap/bytes.hpp"
#include "vxtap/filter_instruction.hpp"

struct bpf_insn;

namespace vxtap::inspect {

/// An expression or a program that is not taken; what() says why.
class BadFilter : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The frame that a filter is to judge: bytes in pieces, seen from `skip` on.
struct FilteredFrame {
  std::span<const BytesView> pieces;
  std::size_t skip = 0;       ///< bytes in front of the Ethernet header
  bool trunk_tagged = false;  ///< its outer 802.1Q tag is the trunk's, and looked past
  std::size_t size = 0;       ///< of the frame on the wire, from the Ethernet header on
};

/// A classic BPF program that says which Ethernet frames to take. Immutable; any thread.
class FrameFilter {
 public:
  /// Without instructions everything passes. Throws BadFilter for what libpcap's bpf_validate refuses,
  /// and for what that lets pass and must not reach a worker: unknown instructions, and jumps back.
  explicit FrameFilter(std::span<const FilterInstruction> program);
  ~FrameFilter();
  FrameFilter(const FrameFilter&) = delete;
  FrameFilter& operator=(const FrameFilter&) = delete;

  /// Looks at the first kHead bytes at most; a program that asks for others takes no frame.
  bool passes(const FilteredFrame& frame) const noexcept;

  static constexpr std::size_t kHead = 256;

 private:
  std::vector<bpf_insn> program_;
};

/// The program of a pcap-filter(7) expression over Ethernet. Throws BadFilter with libpcap's words.
std::vector<FilterInstruction> compile_filter(const std::string& expression);

}  // namespace vxtap::inspect
