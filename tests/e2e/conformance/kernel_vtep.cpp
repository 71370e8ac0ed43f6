#include "conformance/implementation.hpp"
#include "lab/files.hpp"
#include "lab/overlay.hpp"

namespace vxtap::conformance {
namespace {

/// What `ip link` calls devices that are made and unmade together: one by one a thousand take half a minute.
constexpr auto kGroup = "4242";
constexpr auto kEveryMac = "00:00:00:00:00:00";

std::string link_words(const Setup& setup, const Segment& segment) {
  const unsigned mtu = segment.mtu != 0 ? segment.mtu : 1500 - lab::encap_overhead(setup.family);
  std::string words = "link add " + segment.device + " group " + kGroup + " address " + lab::overlay_mac(0) +
                      " mtu " + std::to_string(mtu) + " up type vxlan id " + std::to_string(segment.vni) +
                      " dstport " + std::to_string(segment.port) + " local " +
                      lab::underlay_address(0, setup.family);
  if (segment.remotes.empty()) words += " remote " + lab::underlay_address(1, setup.family);
  if (segment.remotes.size() == 1) words += " remote " + segment.remotes.front().address;
  return words + " " + segment.kernel + "\n";
}

std::string flood_words(const Segment& segment) {
  std::string words;
  if (segment.remotes.size() < 2) return words;
  for (const Remote& remote : segment.remotes)
    words += std::string("fdb append ") + kEveryMac + " dev " + segment.device + " dst " + remote.address +
             (remote.port != 0 ? " port " + std::to_string(remote.port) : "") + "\n";
  return words;
}

class KernelVtep final : public Implementation {
 public:
  KernelVtep(lab::Host& host, const Setup& setup) : host_(host), device_(setup.segments.front().device) {
    std::string links;
    std::string floods;
    for (const Segment& segment : setup.segments) {
      links += link_words(setup, segment);
      floods += flood_words(segment);
    }
    batch("ip", links);
    if (!floods.empty()) batch("bridge", floods);
  }
  ~KernelVtep() override { host_.command({"ip", "link", "del", "group", kGroup}); }

  void add(const Entry& entry) override { fdb("add", entry); }
  void remove(const Entry& entry) override { fdb("del", entry); }

 private:
  void batch(const std::string& program, const std::string& lines) {
    const auto file = host_.directory() / (program + ".batch");
    lab::write_file(file, lines);
    host_.must(program + " -batch " + file.string());
  }
  void fdb(const std::string& verb, const Entry& entry) {
    host_.must("bridge fdb " + verb + " " + entry.mac + " dev " + device_ + " dst " + entry.remote);
  }

  lab::Host& host_;
  const std::string device_;
};

}  // namespace

std::unique_ptr<Implementation> implement_with_kernel(lab::Host& host, const Setup& setup) {
  return std::make_unique<KernelVtep>(host, setup);
}

}  // namespace vxtap::conformance
