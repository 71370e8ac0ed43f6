#include "lab/fdb_lines.hpp"

#include <sstream>

namespace vxtap::lab {

FdbLines kernel_fdb_lines(Host& host, const std::string& device) {
  FdbLines lines;
  std::istringstream in(host.must("bridge fdb show dev " + device));
  for (std::string line; std::getline(in, line);) {
    if (line.find(" dst ") == std::string::npos) continue;
    lines.push_back(line.substr(0, line.find_last_not_of(' ') + 1));
  }
  return lines;
}

FdbLines fdb_lines(Vxtapd& daemon, unsigned vni) {
  FdbLines lines;
  const boost::json::value table = daemon.json({"fdb", "show", "--vni", std::to_string(vni)});
  for (const auto& row : table.as_array()) {
    const auto word = [&](const char* key) { return std::string(row.at(key).as_string()); };
    lines.push_back(learned_line(word("mac"), word("dst")) +
                    (word("state") == "permanent" ? " permanent" : ""));
  }
  return lines;
}

std::string learned_line(const std::string& mac, const std::string& remote) {
  return mac + " dst " + remote + " self";
}

std::string flood_line(const std::string& remote) {
  return learned_line("00:00:00:00:00:00", remote) + " permanent";
}

}  // namespace vxtap::lab
