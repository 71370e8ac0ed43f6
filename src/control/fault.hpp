#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace vxtap::control {

/// Error codes of JSON-RPC 2.0 section 5.1, and vxtap's own from the range it reserves for servers.
enum class FaultCode : int {
  kParseError = -32700,
  kInvalidRequest = -32600,
  kMethodNotFound = -32601,
  kInvalidParams = -32602,
  kInternalError = -32603,
  kRefused = -32000,  ///< understood, and the daemon will not: `data.messages` says why
  kBusy = -32001,     ///< no room beside what waits for slow readers, or no memory
};

/// Why a call has no result. Thrown by command handlers, caught where the answer is written.
class Fault : public std::runtime_error {
 public:
  Fault(FaultCode code, const std::string& message, std::vector<std::string> messages = {})
      : std::runtime_error(message), code_(code), messages_(std::move(messages)) {}

  FaultCode code() const noexcept { return code_; }
  /// One line each; with kRefused only.
  const std::vector<std::string>& messages() const noexcept { return messages_; }

 private:
  FaultCode code_;
  std::vector<std::string> messages_;
};

/// What cannot be done: object, cause and mend.
inline Fault refused(const std::string& message) {
  return {FaultCode::kRefused, message, {message}};
}

}  // namespace vxtap::control
