#include "io/tap_device.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "io/kernel_settings.hpp"
#include "io/system_error.hpp"
#include "io/tun_file.hpp"
#include "io/virtio_header.hpp"

namespace vxtap::io {
namespace {

// performance.md's floor: room for bursts of superframes towards the host, and from it.
constexpr int kSendBuffer = 4 << 20;
constexpr std::uint32_t kTxQueueLength = 1000;

LinkInfo require(std::optional<LinkInfo> link, const std::string& name) {
  if (!link) throw SystemError("TAP " + name, ENODEV, "it was deleted meanwhile: start or reload again");
  return *std::move(link);
}

LinkInfo existing_link(Netlink& netlink, const std::string& name) {
  return require(netlink.link(name), name);
}

LinkInfo find_master(const TapSettings& wanted) {
  auto master = Netlink().link(wanted.master);
  if (!master)
    throw SystemError(wanted.name + " master " + wanted.master, ENODEV,
                      "make the bridge first: `ip link add " + wanted.master + " type bridge`");
  return *master;
}

/// Switched off for the interface, or not in this kernel.
bool ipv6_is_off(const std::string& name) {
  return read_setting("net/ipv6/conf/" + name + "/disable_ipv6").value_or(1) != 0;
}

/// Another interface of the name would hardly have as many queues attached.
bool belongs_to(std::size_t queues, const LinkInfo& link) {
  return link.tun && link.tun->tap && (!link.tun->multi_queue || link.tun->queues == queues);
}

bool contains(const std::vector<InterfaceAddress>& list, const InterfaceAddress& address) {
  return std::find(list.begin(), list.end(), address) != list.end();
}

UniqueFd duplicate(const UniqueFd& fd) {
  UniqueFd copy(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
  if (!copy) throw SystemError("duplicate of a TAP queue", errno, "raise the limit of open files");
  return copy;
}

}  // namespace

TapDevice TapDevice::open(const TapSettings& settings) {
  return attach(settings, Sharing::kRefused, std::nullopt);
}

TapDevice TapDevice::reopen(const TapSettings& settings, const TapDevice& earlier) {
  return attach(settings, Sharing::kWithOurs, earlier.traces_);
}

TapDevice TapDevice::attach(const TapSettings& settings, Sharing sharing, std::optional<TapTraces> traces) {
  Netlink netlink;
  const bool existed = netlink.link(settings.name).has_value();
  if (!existed || !traces) traces.emplace().created = !existed;
  auto queues = attach_queues(settings.name, settings.queues, sharing);
  const LinkInfo link = existing_link(netlink, settings.name);
  TapDevice device(link.name, link.index, std::move(queues), std::move(*traces));
  device.prepare_queues(settings);
  return device;
}

TapDevice TapDevice::adopt(const TapSettings& settings, std::vector<UniqueFd> queues, TapTraces traces) {
  if (queues.empty()) throw std::invalid_argument("TAP " + settings.name + ": no queue to take over");
  const std::string name = name_of_queue(queues.front());
  for (const UniqueFd& queue : queues)
    if (name_of_queue(queue) != name)
      throw std::invalid_argument("TAP " + settings.name + ": the queues to take over belong to " + name +
                                  " and " + name_of_queue(queue));
  const auto link = Netlink().link(name);
  const bool here = link && belongs_to(queues.size(), *link);
  while (queues.size() > settings.queues) queues.pop_back();
  if (queues.size() < settings.queues && here && link->tun->multi_queue) {
    const auto missing = settings.queues - static_cast<unsigned>(queues.size());
    auto more = attach_queues(name, missing, Sharing::kWithOurs);
    std::move(more.begin(), more.end(), std::back_inserter(queues));
  }
  TapDevice device(name, here ? link->index : 0, std::move(queues), std::move(traces));
  device.prepare_queues(settings);
  return device;
}

TapDevice::TapDevice(std::string name, int index, std::vector<UniqueFd> queues, TapTraces traces)
    : index_(index),
      name_(std::move(name)),
      queues_(std::move(queues)),
      control_(duplicate(queues_.front())),
      traces_(std::move(traces)) {}

void TapDevice::prepare_queues(const TapSettings& settings) {
  // All of these belong to the interface; the kernel hands the send buffer to every queue attached by now.
  set_header_size(control_, sizeof(VirtioHeader));
  udp_superframes_ = set_offload(control_, settings.offload);
  set_send_buffer(control_, kSendBuffer);
  if (settings.owner) set_owner(control_, *settings.owner);
  if (settings.persist == is_persistent(control_)) return;
  if (!settings.persist && !traces_.made_persistent) return;
  set_persistent(control_, settings.persist);
  traces_.made_persistent = settings.persist;
}

bool TapDevice::exists() const noexcept {
  try {
    name_of_queue(control_);
    return true;
  } catch (const SystemError&) {
    return false;
  }
}

bool TapDevice::is(const LinkInfo& link) const {
  return exists() && name_of_queue(control_) == link.name && belongs_to(queues_.size(), link);
}

bool TapDevice::note_name(const std::string& name) {
  return std::exchange(name_, name) != name;
}

UniqueFd TapDevice::take_queue(unsigned i) {
  if (!queues_.at(i)) throw std::logic_error("TAP " + name_ + ": queue taken twice");
  return std::move(queues_[i]);
}

UniqueFd TapDevice::duplicate_queue(unsigned i) const {
  const UniqueFd& queue = i == 0 ? control_ : queues_.at(i);
  if (!queue) throw std::logic_error("TAP " + name_ + ": queue to duplicate was taken");
  return duplicate(queue);
}

/// Runs one change; where the privilege for it is missing, keeps that as a warning.
template <typename Change>
void TapDevice::attempt(const std::string& mend, Change change) {
  try {
    change();
  } catch (const SystemError& error) {
    if (error.error() != EPERM && error.error() != EACCES) throw;
    warnings_.push_back(std::string(error.what()) + "; add CAP_NET_ADMIN, or run `" + mend + "` beforehand");
  }
}

void TapDevice::require_possible(const TapSettings& wanted) {
  constexpr std::uint32_t kLeastIpv6Mtu = 1280;  // RFC 8200 section 5
  if (!wanted.master.empty()) find_master(wanted);
  const bool v6 = std::any_of(wanted.addresses.begin(), wanted.addresses.end(),
                              [](const InterfaceAddress& one) { return !one.address.is_v4(); });
  if (v6 && wanted.mtu != 0 && wanted.mtu < kLeastIpv6Mtu)
    throw SystemError(wanted.name + " mtu " + std::to_string(wanted.mtu), EINVAL,
                      "IPv6 addresses need at least 1280: raise the underlay's MTU or `mtu`, or remove them");
}

void TapDevice::configure(const TapSettings& wanted) {
  warnings_.clear();
  if (index_ == 0) {
    warnings_.push_back("TAP " + name_ + " is in another network namespace: its settings are left alone");
    return;
  }
  Netlink netlink;
  const LinkInfo link = require(netlink.link(index_), name_);
  name_ = link.name;
  apply_link(netlink, link, wanted);
  apply_master(netlink, link, wanted);
  apply_addresses(netlink, link, wanted);
  apply_up(netlink, link, wanted.up);
}

void TapDevice::apply_link(Netlink& netlink, const LinkInfo& link, const TapSettings& wanted) {
  const std::string set = "ip link set " + name_;
  if (wanted.mtu != 0 && wanted.mtu != link.mtu)
    attempt(set + " mtu " + std::to_string(wanted.mtu), [&] { netlink.set_mtu(link, wanted.mtu); });
  if (!wanted.mac.is_zero() && wanted.mac != link.mac)
    attempt(set + " address " + wanted.mac.to_string(), [&] { netlink.set_mac(link, wanted.mac); });
  if (link.tx_queue_length < kTxQueueLength)
    attempt(set + " txqueuelen " + std::to_string(kTxQueueLength),
            [&] { netlink.set_tx_queue_length(link, kTxQueueLength); });
  // The default would be a qdisc for each of the 256 queues that a multi-queue TAP has inside the kernel: 6
  // MB and 15 ms of it, in front of a ring that already is the queue. Whoever chose another keeps it.
  if (traces_.created && link.qdisc == "noop")
    attempt("tc qdisc replace dev " + name_ + " root noqueue", [&] { netlink.set_no_qdisc(link); });
  if (wanted.offload && wanted.gso != GsoLimits{} && wanted.gso != link.gso)
    attempt(set + " gso_max_size " + std::to_string(wanted.gso.bytes) + " gso_max_segs " +
                std::to_string(wanted.gso.segments),
            [&] { netlink.set_gso_limits(link, wanted.gso); });
}

void TapDevice::apply_master(Netlink& netlink, const LinkInfo& link, const TapSettings& wanted) {
  if (wanted.master.empty()) {
    if (traces_.enslaved_to != 0 && link.master == traces_.enslaved_to)
      attempt("ip link set " + name_ + " nomaster", [&] { netlink.set_master(link, nullptr); });
    traces_.enslaved_to = 0;
    return;
  }
  const LinkInfo target = find_master(wanted);
  if (link.master == target.index) return;
  attempt("ip link set " + name_ + " master " + wanted.master, [&] {
    netlink.set_master(link, &target);
    traces_.enslaved_to = target.index;
  });
}

void TapDevice::apply_addresses(Netlink& netlink, const LinkInfo& link, const TapSettings& wanted) {
  if (traces_.created && traces_.added.empty() && wanted.addresses.empty()) return;
  std::vector<InterfaceAddress> present;
  for (const AssignedAddress& one : netlink.addresses(link.index)) {
    const bool ours = one.ours || contains(traces_.added, one.address);
    if (ours && !contains(wanted.addresses, one.address))
      attempt("ip address del " + one.address.to_string() + " dev " + name_,
              [&] { netlink.delete_address(link, one.address); });
    else
      present.push_back(one.address);
  }
  std::erase_if(traces_.added, [&](const auto& address) { return !contains(present, address); });
  bool v6_is_off = false;
  for (const InterfaceAddress& address : wanted.addresses) {
    if (contains(present, address) || (v6_is_off && !address.address.is_v4())) continue;
    attempt("ip address add " + address.to_string() + " dev " + name_, [&] {
      if (!add_address(netlink, link, address)) {
        v6_is_off = true;
        return;
      }
      traces_.added.push_back(address);
      present.push_back(address);
    });
  }
}

/// False, with a warning, where IPv6 is off and this address is one of it.
bool TapDevice::add_address(Netlink& netlink, const LinkInfo& link, const InterfaceAddress& address) try {
  netlink.add_address(link, address);
  return true;
} catch (const SystemError& error) {
  if (address.address.is_v4() || !ipv6_is_off(name_)) throw;
  warnings_.push_back(std::string(error.what()) + "; IPv6 is switched off there: `sysctl -w net.ipv6.conf." +
                      name_ + ".disable_ipv6=0`, or leave it out of `addresses`");
  return false;
}

void TapDevice::apply_up(Netlink& netlink, const LinkInfo& link, bool up) {
  if (up && !link.up) {
    attempt("ip link set " + name_ + " up", [&] {
      netlink.set_up(link, true);
      traces_.brought_up = true;
    });
  } else if (!up && link.up && traces_.brought_up) {
    attempt("ip link set " + name_ + " down", [&] { netlink.set_up(link, false); });
    traces_.brought_up = false;
  }
}

}  // namespace vxtap::io
