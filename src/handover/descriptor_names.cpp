#include "handover/descriptor_names.hpp"

#include <algorithm>

namespace vxtap::handover {
namespace {

constexpr const char* kSocket = "udp-";
constexpr const char* kGroup = "-group-";

std::string without_colons(std::string text) {
  std::replace(text.begin(), text.end(), ':', '_');
  return text;
}

}  // namespace

std::string name_of_tap(const std::string& tap) {
  return "tuntap-" + without_colons(tap);
}

std::string name_of_receivers(const io::LocalVtep& vtep) {
  std::string name = kSocket + vtep.address.to_string() + "-" + std::to_string(vtep.port);
  if (!vtep.device.empty() || vtep.scope != 0) name += "-" + vtep.device + "%" + std::to_string(vtep.scope);
  return without_colons(std::move(name));
}

std::string name_of_group(const io::LocalVtep& vtep, const VtepAddress& group) {
  return name_of_receivers(vtep) + kGroup + without_colons(group.to_string());
}

bool names_socket(const std::string& name) {
  return name.starts_with(kSocket);
}

bool names_socket_of(const std::string& name, const io::LocalVtep& vtep) {
  const std::string own = name_of_receivers(vtep);
  return name == own || name.starts_with(own + kGroup);
}

}  // namespace vxtap::handover
