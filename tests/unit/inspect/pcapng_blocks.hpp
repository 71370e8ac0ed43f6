#pragma once

#include <string>
#include <vector>

#include "inspect/pcapng.hpp"
#include "support/values.hpp"

namespace vxtap::test {

/// A capture taken apart: the parts of it that cases look at.
struct CapturedFile {
  struct Interface {
    std::uint16_t link = 0;
    std::string name, description;
  };
  struct Packet {
    std::uint32_t interface = 0;
    std::uint32_t direction = 0;
    std::uint64_t lost_before = 0;
    std::string comment;
    Bytes bytes;
  };
  struct Statistics {
    std::uint32_t interface = 0;
    std::uint64_t received = 0, lost = 0;
  };
  std::vector<Interface> interfaces;
  std::vector<Packet> packets;
  std::vector<Statistics> statistics;

  std::vector<std::string> comments() const {
    std::vector<std::string> all;
    for (const Packet& packet : packets) all.push_back(packet.comment);
    return all;
  }
};

inline CapturedFile parse_capture(const std::string& text) {
  const BytesView all(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  const auto number = [](BytesView bytes, std::size_t at) {
    return load_be<std::uint32_t>(bytes, at).value();
  };
  const auto each_option = [](BytesView block, std::size_t at, auto use) {
    while (const auto code = load_be<std::uint16_t>(block, at).value()) {
      const std::size_t size = load_be<std::uint16_t>(block, at + 2).value();
      use(code, block.subspan(at + 4, size));
      at += 4 + (size + 3) / 4 * 4;
    }
  };
  const auto text_of = [](BytesView bytes) { return std::string(bytes.begin(), bytes.end()); };
  CapturedFile file;
  for (std::size_t at = 0; at < all.size(); at += number(all, at + 4)) {
    const BytesView block = all.subspan(at, number(all, at + 4));
    if (number(block, 0) == 1) {
      auto& one = file.interfaces.emplace_back();
      one.link = load_be<std::uint16_t>(block, 8).value();
      each_option(block, 16, [&](int code, BytesView value) {
        if (code == 2) one.name = text_of(value);
        if (code == 3) one.description = text_of(value);
      });
    } else if (number(block, 0) == 6) {
      auto& one = file.packets.emplace_back();
      one.interface = number(block, 8);
      const BytesView bytes = block.subspan(28, number(block, 20));
      one.bytes = Bytes(bytes.begin(), bytes.end());
      each_option(block, 28 + (bytes.size() + 3) / 4 * 4, [&](int code, BytesView value) {
        if (code == 1) one.comment = text_of(value);
        if (code == 2) one.direction = load_be<std::uint32_t>(value, 0).value();
        if (code == 4) one.lost_before = load_be<std::uint64_t>(value, 0).value();
      });
    } else if (number(block, 0) == 5) {
      auto& one = file.statistics.emplace_back();
      one.interface = number(block, 8);
      each_option(block, 20, [&](int code, BytesView value) {
        if (code == 4) one.received = load_be<std::uint64_t>(value, 0).value();
        if (code == 5) one.lost = load_be<std::uint64_t>(value, 0).value();
      });
    }
  }
  return file;
}

}  // namespace vxtap::test
