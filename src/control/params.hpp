#pragma once

#include <boost/json/object.hpp>
#include <initializer_list>
#include <optional>
#include <string_view>

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
  std::optional<std::string_view> text(std::string_view name) const;

 private:
  const json::object& values_;
};

}  // namespace vxtap::control
