#include "lab/http.hpp"

#include <array>
#include <sstream>
#include <stdexcept>

namespace vxtap::lab {

HttpReply http_get(Host& host, const Endpoint& server, const std::string& target) {
  const UniqueFd socket = connected_socket(host, SOCK_STREAM, server);
  const std::string request = "GET " + target + " HTTP/1.1\r\nHost: host\r\nConnection: close\r\n\r\n";
  check(send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL), "send");
  std::string answer;
  std::array<char, 65536> chunk{};
  while (const auto got = check(recv(socket.get(), chunk.data(), chunk.size(), 0), "recv"))
    answer.append(chunk.data(), static_cast<std::size_t>(got));
  const auto body = answer.find("\r\n\r\n");
  if (!answer.starts_with("HTTP/1.1 ") || body == std::string::npos)
    throw std::runtime_error("no HTTP: " + answer);
  return {std::stoi(answer.substr(9)), answer.substr(body + 4)};
}

std::map<std::string, double> samples_of(const std::string& page) {
  std::map<std::string, double> samples;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    const auto blank = line.rfind(' ');
    if (blank == std::string::npos) throw std::runtime_error("no sample: " + line);
    if (!samples.emplace(line.substr(0, blank), std::stod(line.substr(blank))).second)
      throw std::runtime_error("twice: " + line);
  }
  return samples;
}

}  // namespace vxtap::lab
