#include "inspect/pcapng.hpp"

#include <algorithm>
#include <array>

namespace vxtap::inspect::pcapng {
namespace {

constexpr std::uint16_t kComment = 1;
constexpr std::uint16_t kHardware = 2, kSystem = 3, kApplication = 4;  // of a section
constexpr std::uint16_t kName = 2, kDescription = 3, kResolution = 9;  // of an interface
constexpr std::uint16_t kFlags = 2;                                    // of a packet
constexpr std::uint16_t kStartTime = 2, kEndTime = 3, kReceived = 4;   // of statistics
constexpr std::uint8_t kNanoseconds = 9;                               // 10 to the minus that
constexpr std::uint64_t kLengthUnknown = UINT64_MAX;

template <typename T>
void put(std::string& out, T value) {
  std::array<std::uint8_t, sizeof(T)> bytes{};
  store_be(MutableBytes(bytes), 0, value);
  out.append(bytes.begin(), bytes.end());
}

void put_padding(std::string& out, std::size_t size) {
  out.append(padded(size) - size, '\0');
}

/// The high half first, each in the section's byte order.
void put_time(std::string& out, std::int64_t time) {
  put(out, static_cast<std::uint64_t>(time));
}

/// One block: begins with the object, ends with end().
///
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------------------------------------------------------+
/// |                          Block Type                           |
/// +---------------------------------------------------------------+
/// |                      Block Total Length                       |
/// +---------------------------------------------------------------+
/// /                Block Body, padded to 32 bits                  /
/// +---------------------------------------------------------------+
/// |                      Block Total Length                       |
/// +---------------------------------------------------------------+
///
/// Options stand last in the body, and behind them opt_endofopt (code 0, length 0):
///
/// +-------------------------------+-------------------------------+
/// |          Option Code          |  Option Length, not padded    |
/// +-------------------------------+-------------------------------+
/// /                Option Value, padded to 32 bits                /
/// +---------------------------------------------------------------+
class Block {
 public:
  Block(std::string& out, std::uint32_t type) : out_(out), begin_(out.size()) {
    put(out_, type);
    put(out_, std::uint32_t{0});
  }
  void text_option(std::uint16_t code, std::string_view text) {
    text = text.substr(0, UINT16_MAX);
    put(out_, code);
    put(out_, static_cast<std::uint16_t>(text.size()));
    out_ += text;
    put_padding(out_, text.size());
  }
  template <typename T>
  void option(std::uint16_t code, T value) {
    put(out_, code);
    put(out_, static_cast<std::uint16_t>(sizeof(T)));
    put(out_, value);
    put_padding(out_, sizeof(T));
  }
  void end() {
    put(out_, std::uint32_t{kEndOfOptions});
    const auto length = static_cast<std::uint32_t>(out_.size() - begin_ + kBlockTail);
    put(out_, length);
    store_be(MutableBytes(reinterpret_cast<std::uint8_t*>(out_.data()), out_.size()),
             begin_ + sizeof(std::uint32_t), length);
  }

 private:
  std::string& out_;
  const std::size_t begin_;
};

}  // namespace

/// Section Header Block, 4.1:
///
/// +---------------------------------------------------------------+
/// |                   Block Type = 0x0A0D0D0A                     |
/// |                      Block Total Length                       |
/// |                Byte-Order Magic = 0x1A2B3C4D                  |
/// +-------------------------------+-------------------------------+
/// |       Major Version = 1       |       Minor Version = 0       |
/// +-------------------------------+-------------------------------+
/// |           Section Length, 64 bits: all ones, unknown          |
/// /                            Options                            /
/// |                      Block Total Length                       |
/// +---------------------------------------------------------------+
void put_section(std::string& out, const Section& section) {
  Block block(out, kSectionBlock);
  put(out, kByteOrder);
  put(out, std::uint16_t{1});
  put(out, std::uint16_t{0});
  put(out, kLengthUnknown);
  block.text_option(kHardware, section.hardware);
  block.text_option(kSystem, section.system);
  block.text_option(kApplication, section.application);
  block.end();
}

/// Interface Description Block, 4.2:
///
/// +---------------------------------------------------------------+
/// |                    Block Type = 0x00000001                    |
/// |                      Block Total Length                       |
/// +-------------------------------+-------------------------------+
/// |           Link Type           |           Reserved            |
/// +-------------------------------+-------------------------------+
/// |                            SnapLen                            |
/// /                            Options                            /
/// |                      Block Total Length                       |
/// +---------------------------------------------------------------+
void put_interface(std::string& out, const Interface& interface) {
  Block block(out, kInterfaceBlock);
  put(out, static_cast<std::uint16_t>(interface.link));
  put(out, std::uint16_t{0});
  put(out, kSnapLength);
  block.text_option(kName, interface.name);
  if (!interface.description.empty()) block.text_option(kDescription, interface.description);
  block.option(kResolution, kNanoseconds);
  block.end();
}

/// Enhanced Packet Block, 4.3:
///
/// +---------------------------------------------------------------+
/// |                    Block Type = 0x00000006                    |
/// |                      Block Total Length                       |
/// |                         Interface ID                          |
/// |                       Timestamp, upper                        |
/// |                       Timestamp, lower                        |
/// |                    Captured Packet Length                     |
/// |                    Original Packet Length                     |
/// /                 Packet Data, padded to 32 bits                /
/// /                            Options                            /
/// |                      Block Total Length                       |
/// +---------------------------------------------------------------+
void put_packet(std::string& out, const Packet& packet) {
  std::size_t size = 0;
  for (const BytesView piece : packet.pieces) size += piece.size();
  const std::size_t kept = std::min<std::size_t>(size, kSnapLength);
  Block block(out, kPacketBlock);
  put(out, packet.interface);
  put_time(out, packet.time);
  put(out, static_cast<std::uint32_t>(kept));
  put(out, static_cast<std::uint32_t>(size));
  std::size_t left = kept;
  for (const BytesView piece : packet.pieces) {
    const BytesView part = piece.first(std::min(piece.size(), left));
    out.append(reinterpret_cast<const char*>(part.data()), part.size());
    left -= part.size();
  }
  put_padding(out, kept);
  block.option(kFlags, static_cast<std::uint32_t>(packet.direction));
  if (packet.lost_before != 0) block.option(kPacketLost, packet.lost_before);
  if (!packet.comment.empty()) block.text_option(kComment, packet.comment);
  block.end();
}

/// Interface Statistics Block, 4.6:
///
/// +---------------------------------------------------------------+
/// |                    Block Type = 0x00000005                    |
/// |                      Block Total Length                       |
/// |                         Interface ID                          |
/// |                       Timestamp, upper                        |
/// |                       Timestamp, lower                        |
/// /                            Options                            /
/// |                      Block Total Length                       |
/// +---------------------------------------------------------------+
void put_statistics(std::string& out, const Statistics& statistics) {
  Block block(out, kStatisticsBlock);
  put(out, statistics.interface);
  put_time(out, statistics.end);
  block.option(kStartTime, static_cast<std::uint64_t>(statistics.start));
  block.option(kEndTime, static_cast<std::uint64_t>(statistics.end));
  block.option(kReceived, statistics.received);
  block.option(kStatisticsLost, statistics.lost);
  block.end();
}

}  // namespace vxtap::inspect::pcapng
