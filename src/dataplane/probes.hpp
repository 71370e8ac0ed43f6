#pragma once

#include <sys/sdt.h>

#include "vxtap/drop_reason.hpp"
#include "vxtap/forwarder.hpp"

/// Static probes (USDT) of provider `vxtapd`: places where bpftrace, perf and SystemTap can look in, which
/// kernel tools cannot do for a dataplane in userspace. Each is one `nop` until somebody attaches. Names and
/// arguments are a contract (vxtapd(8), PROBES): numbers in host order, a MAC as a 48-bit number whose first
/// octet is the highest, an address as a pointer to 16 bytes (IPv4 in its mapped form ::ffff:a.b.c.d), a name
/// as a C string. Any thread.
namespace vxtap::dataplane {

inline constexpr std::uint32_t kProbeNoVni = 0xFFFFFFFF;

inline std::uint32_t probe_vni(const Segment* segment) noexcept {
  return segment == nullptr ? kProbeNoVni : segment->key.vni.value();
}

/// receive(vni, bytes of the inner frame, source, source port)
inline void probe_receive(const UnderlayVerdict& verdict, const Datagram& datagram) noexcept {
  DTRACE_PROBE4(vxtapd, receive, probe_vni(verdict.segment), verdict.inner.size(),
                datagram.source.mapped().data(), datagram.source_port);
}

/// send(vni, bytes of the datagrams, how many, remote, port, errno)
inline void probe_send(const Outbound& copy, const SendResult& result) noexcept {
  DTRACE_PROBE6(vxtapd, send, copy.outer.vni.value(), copy.size, copy.datagrams(),
                copy.remote.address.mapped().data(), copy.remote.port, result.error);
}

/// learn(vni, mac, remote, port)
inline void probe_learn(const Segment& segment, const MacAddress& mac, const Remote& remote) noexcept {
  DTRACE_PROBE4(vxtapd, learn, segment.key.vni.value(), mac.to_u64(), remote.address.mapped().data(),
                remote.port);
}

/// move(vni, mac, from, to)
inline void probe_move(const Segment& segment, const MacAddress& mac, const Remote& from,
                       const Remote& to) noexcept {
  DTRACE_PROBE4(vxtapd, move, segment.key.vni.value(), mac.to_u64(), from.address.mapped().data(),
                to.address.mapped().data());
}

/// age(vni, mac, remote, port)
inline void probe_age(const FdbEntry& entry) noexcept {
  DTRACE_PROBE4(vxtapd, age, entry.key.segment.vni.value(), entry.key.mac.to_u64(),
                entry.remote.address.mapped().data(), entry.remote.port);
}

/// drop(vni, or 0xffffffff before it is known, the reason's name, packets)
inline void probe_drop(const Segment* segment, DropReason reason, std::uint64_t packets) noexcept {
  const char* const name = info(reason).name.data();
  // A tracer cannot fault a page in: without this the name is empty until something else reads it.
  [[maybe_unused]] const char touched = *static_cast<const volatile char*>(name);
  DTRACE_PROBE3(vxtapd, drop, probe_vni(segment), name, packets);
}

}  // namespace vxtap::dataplane
