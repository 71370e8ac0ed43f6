#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "control/events.hpp"
#include "control/fault.hpp"
#include "control/json_text.hpp"
#include "vxtap/fdb.hpp"
#include "vxtap/mac_address.hpp"
#include "vxtap/vni.hpp"
#include "vxtap/vtep_address.hpp"

namespace vxtap::control {

/// The named parameters of one call; borrows them. Every member throws Fault(kInvalidParams) that names the
/// parameter when it is of the wrong type or says nothing sensible, and is empty when it was not given.
class Params {
 public:
  /// Throws for a name that is not among `known`: a misspelt filter must not silently show everything.
  Params(const json::object& values, std::initializer_list<std::string_view> known);

  std::optional<Vni> vni() const;
  std::optional<MacAddress> mac() const;
  std::optional<VtepAddress> remote() const;
  std::optional<FdbState> state() const;
  /// `port`, host order, never 0.
  std::optional<std::uint16_t> port() const { return port("port", 1); }
  /// Host order, `least` or more.
  std::optional<std::uint16_t> port(std::string_view name, std::uint16_t least) const;
  /// `tos`, an octet.
  std::optional<std::uint8_t> tos() const;
  /// The address that the word `name` says.
  std::optional<VtepAddress> address(std::string_view name) const;
  /// Bytes in hexadecimal.
  std::optional<std::vector<std::uint8_t>> bytes(std::string_view name) const;
  /// `group`, of IP or Ethernet.
  std::optional<std::variant<VtepAddress, MacAddress>> group() const;
  /// An array of their words; every topic when it was not given.
  EventTopics topics() const;
  /// A whole number from 1 to 2^32 - 1.
  std::optional<std::uint32_t> count(std::string_view name) const { return number(name, 1, UINT32_MAX); }
  /// False when it was not given.
  bool flag(std::string_view name) const;
  std::optional<std::string_view> text(std::string_view name) const;

 private:
  const json::value* find(std::string_view name) const;
  /// A whole number from `least` to `most`.
  std::optional<std::uint32_t> number(std::string_view name, std::uint32_t least, std::uint32_t most) const;

  const json::object& values_;
};

/// `value`, of the parameter `name`; throws Fault(kInvalidParams) when it is empty.
template <class T>
T required(std::optional<T> value, std::string_view name) {
  if (!value)
    throw Fault(FaultCode::kInvalidParams, "invalid params: `" + std::string(name) + "` is missing");
  return *std::move(value);
}

}  // namespace vxtap::control
