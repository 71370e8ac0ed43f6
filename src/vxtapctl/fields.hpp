#pragma once

#include <boost/json/value.hpp>
#include <boost/json/value_to.hpp>
#include <cstdint>
#include <string>
#include <string_view>

/// Members of a document; they throw std::exception for one that is missing or of another type.
namespace vxtap::ctl {

inline const boost::json::value& field(const boost::json::value& object, std::string_view name) {
  return object.as_object().at(boost::json::string_view(name.data(), name.size()));
}
inline std::string text(const boost::json::value& object, std::string_view name) {
  return boost::json::value_to<std::string>(field(object, name));
}
inline std::uint64_t count(const boost::json::value& object, std::string_view name) {
  return field(object, name).to_number<std::uint64_t>();
}
inline std::string count_text(const boost::json::value& object, std::string_view name) {
  return std::to_string(count(object, name));
}

}  // namespace vxtap::ctl
