#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "control/fault.hpp"
#include "control/json_text.hpp"

/// JSON-RPC 2.0 as text in, text out; no socket. Batches are refused: a client that wants several answers
/// sends several lines, which bounds what one line can make the daemon write.
namespace vxtap::control {

/// Runs one call and returns its result; throws Fault.
using Dispatch = std::function<json::value(std::string_view method, const json::object& params)>;

/// Answer to one line, ending in a newline; empty when the line was a notification. Never throws for what the
/// line says, nor for what `dispatch` throws.
std::optional<std::string> answer(std::string_view line, const Dispatch& dispatch);

/// An error that answers `id` (null where the request was not understood so far), ending in a newline.
std::string fault_answer(const Fault& fault, const json::value& id = nullptr);

}  // namespace vxtap::control
