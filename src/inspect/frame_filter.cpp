#include "inspect/frame_filter.hpp"

#include <pcap/pcap.h>

#include <algorithm>
#include <array>
#include <memory>

#include "inspect/pcapng.hpp"
#include "vxtap/ethernet.hpp"

namespace vxtap::inspect {
namespace {

constexpr std::size_t kTagOffset = 12;  // behind the two addresses

struct Close {
  void operator()(pcap_t* handle) const noexcept { pcap_close(handle); }
};

/// What bpf_filter() can carry out: at anything else it ends the process, and bpf_validate() looks only at a
/// part of each code.
bool is_known(std::uint16_t code) noexcept {
  switch (code) {
    case BPF_RET | BPF_K:
    case BPF_RET | BPF_A:
    case BPF_LD | BPF_W | BPF_ABS:
    case BPF_LD | BPF_H | BPF_ABS:
    case BPF_LD | BPF_B | BPF_ABS:
    case BPF_LD | BPF_W | BPF_IND:
    case BPF_LD | BPF_H | BPF_IND:
    case BPF_LD | BPF_B | BPF_IND:
    case BPF_LD | BPF_W | BPF_LEN:
    case BPF_LDX | BPF_W | BPF_LEN:
    case BPF_LDX | BPF_MSH | BPF_B:
    case BPF_LD | BPF_IMM:
    case BPF_LDX | BPF_IMM:
    case BPF_LD | BPF_MEM:
    case BPF_LDX | BPF_MEM:
    case BPF_ST:
    case BPF_STX:
    case BPF_JMP | BPF_JA:
    case BPF_ALU | BPF_NEG:
    case BPF_MISC | BPF_TAX:
    case BPF_MISC | BPF_TXA:
      return true;
    default:
      break;
  }
  switch (code & ~BPF_X) {  // BPF_K is the absence of BPF_X
    case BPF_JMP | BPF_JEQ:
    case BPF_JMP | BPF_JGT:
    case BPF_JMP | BPF_JGE:
    case BPF_JMP | BPF_JSET:
    case BPF_ALU | BPF_ADD:
    case BPF_ALU | BPF_SUB:
    case BPF_ALU | BPF_MUL:
    case BPF_ALU | BPF_DIV:
    case BPF_ALU | BPF_MOD:
    case BPF_ALU | BPF_AND:
    case BPF_ALU | BPF_OR:
    case BPF_ALU | BPF_XOR:
    case BPF_ALU | BPF_LSH:
    case BPF_ALU | BPF_RSH:
      return true;
    default:
      return false;
  }
}

/// bpf_validate() lets unconditional jumps overflow and so go back, as libpcap's own `protochain` does.
bool jumps_back(std::span<const bpf_insn> program) noexcept {
  for (std::size_t i = 0; i < program.size(); ++i)
    if (program[i].code == (BPF_JMP | BPF_JA) && program[i].k >= program.size() - i) return true;
  return false;
}

/// The frame's first bytes in one piece.
class Head {
 public:
  explicit Head(const FilteredFrame& frame) noexcept {
    std::size_t skip = frame.skip;
    for (const BytesView piece : frame.pieces) {
      const std::size_t skipped = std::min(skip, piece.size());
      skip -= skipped;
      append(piece.subspan(skipped));
    }
    if (!frame.trunk_tagged || size_ < kTagOffset + kVlanTagSize) return;
    const auto tag = bytes_.begin() + kTagOffset;
    std::copy(tag + kVlanTagSize, bytes_.begin() + static_cast<std::ptrdiff_t>(size_), tag);
    size_ -= kVlanTagSize;
  }

  BytesView bytes() const noexcept { return BytesView(bytes_).first(std::min(size_, FrameFilter::kHead)); }

 private:
  std::array<std::uint8_t, FrameFilter::kHead + kVlanTagSize> bytes_;
  std::size_t size_ = 0;

  void append(BytesView part) noexcept {
    part = part.first(std::min(part.size(), bytes_.size() - size_));
    std::copy(part.begin(), part.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += part.size();
  }
};

}  // namespace

FrameFilter::FrameFilter(std::span<const FilterInstruction> program) {
  program_.reserve(program.size());
  for (const FilterInstruction& one : program) program_.push_back({one.code, one.jt, one.jf, one.k});
  if (program_.empty()) return;
  const bool known = std::ranges::all_of(program, [](const auto& one) { return is_known(one.code); });
  if (!known || bpf_validate(program_.data(), static_cast<int>(program_.size())) == 0)
    throw BadFilter("not a valid BPF program");
  if (jumps_back(program_))
    throw BadFilter("the program has a loop, as `protochain` makes one; leave it out");
}

FrameFilter::~FrameFilter() = default;

bool FrameFilter::passes(const FilteredFrame& frame) const noexcept {
  if (program_.empty()) return true;
  const Head head(frame);
  const std::size_t tag = frame.trunk_tagged && frame.size >= kTagOffset + kVlanTagSize ? kVlanTagSize : 0;
  const BytesView bytes = head.bytes().first(std::min(head.bytes().size(), frame.size - tag));
  return bpf_filter(program_.data(), bytes.data(), static_cast<u_int>(frame.size - tag),
                    static_cast<u_int>(bytes.size())) != 0;
}

std::vector<FilterInstruction> compile_filter(const std::string& expression) {
  const std::unique_ptr<pcap_t, Close> handle(pcap_open_dead(DLT_EN10MB, pcapng::kSnapLength));
  bpf_program compiled{};
  if (pcap_compile(handle.get(), &compiled, expression.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0)
    throw BadFilter(pcap_geterr(handle.get()));
  std::vector<FilterInstruction> program;
  for (const bpf_insn& one : std::span(compiled.bf_insns, compiled.bf_len))
    program.push_back({one.code, one.jt, one.jf, one.k});
  pcap_freecode(&compiled);
  return program;
}

}  // namespace vxtap::inspect
