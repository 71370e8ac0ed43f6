#pragma once

#include <optional>
#include <string>

#include "support/catch.hpp"
#include "vxtap/drop_reason.hpp"
#include "vxtap/mac_address.hpp"
#include "vxtap/vtep_address.hpp"

// How failed assertions write our values.
namespace Catch {

template <>
struct StringMaker<vxtap::DropReason> {
  static std::string convert(vxtap::DropReason reason) { return std::string(vxtap::to_string(reason)); }
};
template <>
struct StringMaker<std::optional<vxtap::DropReason>> {
  static std::string convert(const std::optional<vxtap::DropReason>& reason) {
    return reason ? std::string(vxtap::to_string(*reason)) : "no drop";
  }
};
template <>
struct StringMaker<vxtap::MacAddress> {
  static std::string convert(const vxtap::MacAddress& mac) { return mac.to_string(); }
};
template <>
struct StringMaker<vxtap::VtepAddress> {
  static std::string convert(const vxtap::VtepAddress& address) { return address.to_string(); }
};
template <>
struct StringMaker<vxtap::Remote> {
  static std::string convert(const vxtap::Remote& remote) { return vxtap::to_string(remote); }
};

}  // namespace Catch
