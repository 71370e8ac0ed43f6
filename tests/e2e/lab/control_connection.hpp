#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <string>

#include "lab/unique_fd.hpp"

namespace vxtap::lab {

/// A connection to a daemon's control socket; throws when there is none.
UniqueFd connect_control(const std::filesystem::path& socket);

/// A client of a daemon's control socket that stays connected: a call takes a tenth of a millisecond, where a
/// vxtapctl of its own takes many.
class ControlConnection {
 public:
  explicit ControlConnection(const std::filesystem::path& socket);

  /// The result; throws with what the daemon says when it refuses.
  boost::json::value call(const std::string& method, const boost::json::object& params = {});

 private:
  UniqueFd socket_;
  std::string received_;

  std::string read_line();
};

}  // namespace vxtap::lab
