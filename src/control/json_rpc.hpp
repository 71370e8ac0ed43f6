#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "control/fault.hpp"
#include "control/json_text.hpp"

/// JSON-RPC 2.0 as text in, text out; no socket. Batches are refused: a client that wants several answers
/// sends several lines, which bounds what one line can make the daemon write.
namespace vxtap::control {

/// Gives the result of a call that took its time, once and on the control thread: a function that returns it
/// or throws Fault.
using Finish = std::function<void(const std::function<json::value()>& result)>;
/// Begins such a call.
using Later = std::function<void(Finish finish)>;
using Result = std::variant<json::value, JsonText, Later>;

/// Runs one call, or says how it is begun; throws Fault.
using Dispatch = std::function<Result(std::string_view method, const json::object& params)>;

/// An answer, ending in a newline; empty when the line was a notification.
using Answer = std::optional<std::string>;

/// Hands the answer to one line to `send`, before it returns or, when the call takes its time, later. Never
/// throws for what the line says, nor for what the call throws.
void answer(std::string_view line, const Dispatch& dispatch, std::function<void(Answer)> send);

/// An error that answers `id` (null where the request was not understood so far), ending in a newline.
std::string fault_answer(const Fault& fault, const json::value& id = nullptr);

}  // namespace vxtap::control
