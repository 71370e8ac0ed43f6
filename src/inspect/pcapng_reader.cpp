#include "inspect/pcapng_reader.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "inspect/capture_file.hpp"
#include "inspect/pcapng.hpp"

namespace vxtap::inspect::pcapng {
namespace {

/// Far more than a host has; a file of nothing but interfaces ends here.
constexpr std::size_t kMostInterfaces = std::size_t{1} << 20;
constexpr std::uint32_t kSimplePacketBlock = 3, kOldPacketBlock = 2;

struct KnownInterface {
  std::uint32_t link_type = 0;
  std::uint32_t snap_length = 0;  ///< 0: no limit
};

/// The blocks one behind the other; put_section() and its neighbours draw them.
class Reader {
 public:
  explicit Reader(std::FILE* file) : file_(file) {}

  std::variant<FoundPacket, Missing> find(std::uint64_t number) {
    std::uint64_t packets = 0;
    while (next_block()) {
      if (type_ == kInterfaceBlock) {
        add_interface();
      } else if (is_packet() && ++packets == number) {
        auto found = packet();
        end_block();
        return found;
      }
      end_block();
    }
    return Missing{packets};
  }

 private:
  std::FILE* file_;
  bool begun_ = false;    // a section has
  bool swapped_ = false;  // its numbers are not in network byte order
  std::uint32_t type_ = 0, length_ = 0;
  std::uint32_t left_ = 0;  // of the block's body
  std::vector<KnownInterface> interfaces_;

  bool is_packet() const noexcept {
    return type_ == kPacketBlock || type_ == kSimplePacketBlock || type_ == kOldPacketBlock;
  }

  std::uint32_t number(BytesView bytes, std::size_t offset) const {
    const auto value = load_be<std::uint32_t>(bytes, offset).value_or(0);
    return swapped_ ? __builtin_bswap32(value) : value;
  }
  std::uint16_t half(BytesView bytes, std::size_t offset) const {
    const auto value = load_be<std::uint16_t>(bytes, offset).value_or(0);
    return swapped_ ? __builtin_bswap16(value) : value;
  }

  void read(MutableBytes into) {
    if (std::fread(into.data(), 1, into.size(), file_) != into.size())
      throw BadCapture("ends within a block; was it cut?");
  }
  template <std::uint32_t Size>
  std::array<std::uint8_t, Size> take() {
    if (left_ < Size)
      throw BadCapture("a block of " + std::to_string(length_) + " bytes, which is too short");
    std::array<std::uint8_t, Size> bytes{};
    read(bytes);
    left_ -= Size;
    return bytes;
  }

  /// False at the end of the file.
  bool next_block() {
    std::array<std::uint8_t, kBlockHead> head{};
    const auto got = std::fread(head.data(), 1, head.size(), file_);
    if (got == 0) return false;
    read(MutableBytes(head).subspan(got));
    type_ = number(head, 0);
    // It reads alike in both byte orders, and is what tells which of them follows.
    const bool section = type_ == kSectionBlock;
    begun_ = begun_ || section;
    if (!begun_) throw BadCapture("does not begin with a section header");
    std::array<std::uint8_t, sizeof(kByteOrder)> order{};
    if (section) {
      read(order);
      begin_section(order);
    }
    length_ = number(head, sizeof(std::uint32_t));
    const std::size_t taken = section ? order.size() : 0;
    if (length_ % 4 != 0 || length_ < kBlockHead + kBlockTail + taken)
      throw BadCapture("a block of " + std::to_string(length_) + " bytes");
    left_ = length_ - static_cast<std::uint32_t>(kBlockHead + kBlockTail + taken);
    return true;
  }

  void begin_section(BytesView order) {
    swapped_ = false;
    swapped_ = number(order, 0) != kByteOrder;
    if (number(order, 0) != kByteOrder) throw BadCapture("no byte-order magic in its section header");
    interfaces_.clear();
  }

  void end_block() {
    std::array<std::uint8_t, 4096> unread;
    while (left_ != 0) {
      const auto piece = MutableBytes(unread).first(std::min<std::size_t>(left_, unread.size()));
      read(piece);
      left_ -= static_cast<std::uint32_t>(piece.size());
    }
    std::array<std::uint8_t, kBlockTail> tail{};
    read(tail);
    if (number(tail, 0) != length_) throw BadCapture("a block whose two lengths are not the same");
  }

  void add_interface() {
    const auto head = take<8>();
    if (interfaces_.size() == kMostInterfaces)
      throw BadCapture("more than " + std::to_string(kMostInterfaces) + " interfaces");
    interfaces_.push_back({half(head, 0), number(head, 4)});
  }

  const KnownInterface& interface(std::uint32_t index) const {
    if (index >= interfaces_.size())
      throw BadCapture("a packet of interface " + std::to_string(index) + ", which is not described");
    return interfaces_[index];
  }

  FoundPacket packet() {
    if (type_ == kSimplePacketBlock) {
      const KnownInterface& first = interface(0);
      const std::uint32_t size = number(take<4>(), 0);
      const std::uint32_t limit = first.snap_length == 0 ? size : first.snap_length;
      return kept(first, size, std::min({size, limit, left_}));
    }
    const auto head = take<20>();
    const auto index = type_ == kOldPacketBlock ? half(head, 0) : number(head, 0);
    return kept(interface(index), number(head, 16), number(head, 12));
  }

  FoundPacket kept(const KnownInterface& interface, std::uint32_t size, std::uint32_t kept) {
    if (kept > left_ || kept > kSnapLength)
      throw BadCapture("a packet that claims " + std::to_string(kept) + " bytes");
    FoundPacket packet{interface.link_type, size, Bytes(kept)};
    read(packet.bytes);
    left_ -= kept;
    return packet;
  }
};

}  // namespace

std::variant<FoundPacket, Missing> find_packet(std::FILE* file, std::uint64_t number) {
  return Reader(file).find(number);
}

}  // namespace vxtap::inspect::pcapng
