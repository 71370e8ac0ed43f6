#include "inspect/outer_packet.hpp"

#include "core/ecn.hpp"
#include "inspect/outer_headers.hpp"
#include "inspect/words.hpp"
#include "vxtap/vxlan_header.hpp"

namespace vxtap::inspect {
namespace {

// What the sockets fill in where OuterHeader says 0 (io/udp_socket.cpp).
constexpr std::uint8_t kUnicastTtl = 64, kGroupTtl = 1;

/// Names the fields of finished headers, one after another.
class Notes {
 public:
  explicit Notes(Bytes headers) { packet_.bytes = std::move(headers); }

  void begin(std::string_view header) { header_ = header; }
  void note(std::string_view name, std::size_t size, std::string words) {
    packet_.fields.push_back({noted_, size, header_, name, std::move(words)});
    noted_ += size;
  }
  /// A number of two bytes, in its own words.
  void note_number(std::string_view name, std::string_view more = "") {
    note(name, 2, std::to_string(next_u16()) + std::string(more));
  }
  /// The same of a sum.
  void note_sum(std::string_view name, std::string_view more = "") {
    note(name, 2, hexadecimal(next_u16(), 4) + std::string(more));
  }
  void note_address(std::string_view name, const VtepAddress& address) {
    note(name, address.octets().size(), address.to_string());
  }
  OuterPacket take() { return std::move(packet_); }

 private:
  OuterPacket packet_;
  std::string_view header_;
  std::size_t noted_ = 0;

  std::uint16_t next_u16() const { return load_be<std::uint16_t>(packet_.bytes, noted_).value(); }
};

std::string tos_words(std::uint8_t tos) {
  return join({"DSCP ", std::to_string(tos >> 2), ", ECN ", ecn_bits(tos)});
}

std::uint8_t ttl_of(const OuterSpec& spec) {
  if (spec.outer.ttl != 0) return spec.outer.ttl;
  return spec.remote.address.is_multicast() ? kGroupTtl : kUnicastTtl;
}

void note_ipv4(Notes& notes, const OuterSpec& spec) {
  const bool whole = spec.outer.dont_fragment;
  notes.begin("IPv4");
  notes.note("version, header length", 1, "4, 20 bytes");
  notes.note("type of service", 1, tos_words(spec.outer.tos));
  notes.note_number("total length");
  notes.note("identification", 2, whole ? "0" : "chosen by the kernel");
  notes.note("flags", 2, whole ? "don't fragment" : "may be fragmented");
  notes.note("time to live", 1, std::to_string(ttl_of(spec)));
  notes.note("protocol", 1, "17, UDP");
  notes.note_sum("header checksum", whole ? "" : " with identification 0");
  notes.note_address("source", spec.local);
  notes.note_address("destination", spec.remote.address);
}

void note_ipv6(Notes& notes, const OuterSpec& spec) {
  const auto& label = spec.sending.flow_label;
  notes.begin("IPv6");
  notes.note("version, traffic class, flow label", 4,
             join({"6, ", tos_words(spec.outer.tos), ", flow label ",
                   label ? hexadecimal(*label, 5) : "chosen by the kernel"}));
  notes.note_number("payload length");
  notes.note("next header", 1, "17, UDP");
  notes.note("hop limit", 1, std::to_string(ttl_of(spec)));
  notes.note_address("source", spec.local);
  notes.note_address("destination", spec.remote.address);
}

void note_udp(Notes& notes, const OuterSpec& spec) {
  notes.begin("UDP");
  notes.note_number("source port", ", by the inner flow");
  notes.note_number("destination port");
  notes.note_number("length");
  if (spec.sending.checksum)
    notes.note_sum("checksum");
  else
    notes.note("checksum", 2, "none (udp_checksum: false)");
}

void note_vxlan(Notes& notes, Vni vni) {
  notes.begin("VXLAN");
  notes.note("flags", 1, "I: a VNI follows");
  notes.note("reserved", 3, "0");
  notes.note("VNI", 3, std::to_string(vni.value()));
  notes.note("reserved", 1, "0");
}

}  // namespace

OuterPacket outer_packet(const OuterSpec& spec, BytesView inner) {
  const auto vxlan = VxlanHeader(spec.outer.vni).to_bytes();
  Bytes payload(vxlan.begin(), vxlan.end());
  payload.insert(payload.end(), inner.begin(), inner.end());
  const OuterHeaders outer({.source = {spec.local, spec.sending.source_port},
                            .destination = spec.remote,
                            .tos = spec.outer.tos,
                            .ttl = ttl_of(spec),
                            .dont_fragment = spec.outer.dont_fragment,
                            .flow_label = spec.sending.flow_label.value_or(0),
                            .checksum = spec.sending.checksum},
                           payload);
  Bytes headers(outer.bytes().begin(), outer.bytes().end());
  headers.insert(headers.end(), vxlan.begin(), vxlan.end());

  Notes notes(std::move(headers));
  spec.local.is_v4() ? note_ipv4(notes, spec) : note_ipv6(notes, spec);
  note_udp(notes, spec);
  note_vxlan(notes, spec.outer.vni);
  return notes.take();
}

}  // namespace vxtap::inspect
