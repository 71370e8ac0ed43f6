#include "inspect/outer_packet.hpp"

#include "core/ecn.hpp"
#include "core/inner_ip.hpp"
#include "inspect/words.hpp"
#include "offload/checksum.hpp"
#include "offload/transport.hpp"
#include "vxtap/vxlan_header.hpp"

namespace vxtap::inspect {
namespace {

// What the sockets fill in where OuterHeader says 0 (io/udp_socket.cpp).
constexpr std::uint8_t kUnicastTtl = 64, kGroupTtl = 1;
constexpr std::uint16_t kDontFragment = 0x4000;

/// Writes headers field by field, and notes each of them.
class Writer {
 public:
  explicit Writer(std::size_t size) { packet_.bytes.resize(size); }

  void begin(std::string_view header) { header_ = header; }

  template <typename T>
  void put(std::string_view name, T value, std::string words) {
    const std::size_t offset = packet_.bytes.size() - left();
    store_be(MutableBytes(packet_.bytes), offset, value);
    note(name, sizeof(T), std::move(words));
  }
  void put(std::string_view name, const VtepAddress& address) {
    const auto octets = address.octets();
    std::copy(octets.begin(), octets.end(), packet_.bytes.begin() + static_cast<std::ptrdiff_t>(written_));
    note(name, octets.size(), address.to_string());
  }
  template <typename T>
  void correct(std::size_t offset, T value, std::string_view words) {
    store_be(MutableBytes(packet_.bytes), offset, value);
    for (HeaderField& field : packet_.fields)
      if (field.offset == offset) field.value = words;
  }
  void put_bytes(std::string_view name, BytesView bytes, std::string words) {
    std::copy(bytes.begin(), bytes.end(), packet_.bytes.begin() + static_cast<std::ptrdiff_t>(written_));
    note(name, bytes.size(), std::move(words));
  }

  BytesView bytes() const { return packet_.bytes; }
  std::size_t written() const { return written_; }
  OuterPacket take() { return std::move(packet_); }

 private:
  OuterPacket packet_;
  std::string_view header_;
  std::size_t written_ = 0;

  std::size_t left() const { return packet_.bytes.size() - written_; }
  void note(std::string_view name, std::size_t size, std::string words) {
    packet_.fields.push_back({written_, size, header_, name, std::move(words)});
    written_ += size;
  }
};

std::string tos_words(std::uint8_t tos) {
  return join({"DSCP ", std::to_string(tos >> 2), ", ECN ", ecn_bits(tos)});
}

std::uint8_t ttl_of(const OuterSpec& spec) {
  if (spec.outer.ttl != 0) return spec.outer.ttl;
  return spec.remote.address.is_multicast() ? kGroupTtl : kUnicastTtl;
}

void put_ipv4(Writer& out, const OuterSpec& spec, std::size_t payload) {
  const bool whole = spec.outer.dont_fragment;
  const auto length = static_cast<std::uint16_t>(kIpv4Header + payload);
  out.begin("IPv4");
  out.put("version, header length", std::uint8_t{0x45}, "4, 20 bytes");
  out.put("type of service", spec.outer.tos, tos_words(spec.outer.tos));
  out.put("total length", length, std::to_string(length));
  out.put("identification", std::uint16_t{0}, whole ? "0" : "chosen by the kernel");
  out.put("flags", whole ? kDontFragment : std::uint16_t{0}, whole ? "don't fragment" : "may be fragmented");
  out.put("time to live", ttl_of(spec), std::to_string(ttl_of(spec)));
  out.put("protocol", kProtocolUdp, "17, UDP");
  out.put("header checksum", std::uint16_t{0}, "");
  out.put("source", spec.local);
  out.put("destination", spec.remote.address);
  const auto sum = static_cast<std::uint16_t>(~ones_complement_sum(out.bytes().first(kIpv4Header)));
  out.correct(kIpv4Checksum, sum, hexadecimal(sum, 4) + (whole ? "" : " with identification 0"));
}

void put_ipv6(Writer& out, const OuterSpec& spec, std::size_t payload) {
  const auto& label = spec.sending.flow_label;
  const std::uint32_t first = 6U << 28 | std::uint32_t{spec.outer.tos} << 20 | label.value_or(0);
  out.begin("IPv6");
  out.put("version, traffic class, flow label", first,
          join({"6, ", tos_words(spec.outer.tos), ", flow label ",
                label ? hexadecimal(*label, 5) : "chosen by the kernel"}));
  out.put("payload length", static_cast<std::uint16_t>(payload), std::to_string(payload));
  out.put("next header", kProtocolUdp, "17, UDP");
  out.put("hop limit", ttl_of(spec), std::to_string(ttl_of(spec)));
  out.put("source", spec.local);
  out.put("destination", spec.remote.address);
}

void put_vxlan(Writer& out, Vni vni) {
  const auto header = VxlanHeader(vni).to_bytes();
  const BytesView bytes(header);
  out.begin("VXLAN");
  out.put_bytes("flags", bytes.first(1), "I: a VNI follows");
  out.put_bytes("reserved", bytes.subspan(1, 3), "0");
  out.put_bytes("VNI", bytes.subspan(4, 3), std::to_string(vni.value()));
  out.put_bytes("reserved", bytes.subspan(7, 1), "0");
}

/// Over pseudo header, UDP, VXLAN and the frame. `udp` is where the UDP header begins in `headers`.
std::uint16_t udp_checksum(BytesView headers, std::size_t udp, BytesView inner) {
  const bool v6 = udp == kIpv6Header;
  const InnerIp ip{.v6 = v6, .offset = 0, .l4_offset = udp, .protocol = kProtocolUdp};
  const BytesView own = headers.subspan(udp);
  const std::uint32_t pseudo = pseudo_header_sum(ip, own.size() + inner.size(), headers);
  return l4_checksum(ones_complement_sum(inner, ones_complement_sum(own, pseudo)));
}

}  // namespace

OuterPacket outer_packet(const OuterSpec& spec, BytesView inner) {
  const std::size_t udp = spec.local.is_v4() ? kIpv4Header : kIpv6Header;
  Writer out(udp + kUdpHeader + kVxlanHeaderSize);
  const std::size_t payload = kUdpHeader + kVxlanHeaderSize + inner.size();
  spec.local.is_v4() ? put_ipv4(out, spec, payload) : put_ipv6(out, spec, payload);
  out.begin("UDP");
  out.put("source port", spec.sending.source_port,
          std::to_string(spec.sending.source_port) + ", by the inner flow");
  out.put("destination port", spec.remote.port, std::to_string(spec.remote.port));
  out.put("length", static_cast<std::uint16_t>(payload), std::to_string(payload));
  out.put("checksum", std::uint16_t{0}, "none (udp_checksum: false)");
  put_vxlan(out, spec.outer.vni);
  if (spec.sending.checksum) {
    const std::uint16_t sum = udp_checksum(out.bytes(), udp, inner);
    out.correct(udp + kUdpChecksum, sum, hexadecimal(sum, 4));
  }
  return out.take();
}

}  // namespace vxtap::inspect
