#include "control/json_rpc.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_from.hpp>
#include <exception>

namespace vxtap::control {
namespace {

// A request is an object with an object of plain values inside.
constexpr std::size_t kMaxDepth = 8;

Fault invalid_request(const std::string& cause) {
  return {FaultCode::kInvalidRequest, "invalid request: " + cause};
}

json::object parse(std::string_view line) {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  json::error_code error;
  auto value = json::parse(json::string_view(line.data(), line.size()), error, {}, options);
  if (error) throw Fault(FaultCode::kParseError, "parse error: " + error.message());
  if (value.is_array()) throw invalid_request("batches are not served; send one request a line");
  if (!value.is_object()) throw invalid_request("not an object");
  return std::move(value.get_object());
}

/// Null for a notification, which has none.
json::value id_of(const json::object& message) {
  const auto* id = message.if_contains("id");
  if (id == nullptr) return nullptr;
  if (!id->is_string() && !id->is_number() && !id->is_null())
    throw invalid_request("`id` is neither a string nor a number");
  return *id;
}

json::object params_of(const json::object& message) {
  const auto* params = message.if_contains("params");
  if (params == nullptr) return {};
  if (const auto* object = params->if_object()) return *object;
  const auto* array = params->if_array();
  if (array == nullptr) throw invalid_request("`params` is not an object");
  if (!array->empty())
    throw Fault(FaultCode::kInvalidParams, "invalid params: give them by name, as an object");
  return {};
}

std::string method_of(const json::object& message) {
  const auto* version = message.if_contains("jsonrpc");
  if (version == nullptr || *version != json::value("2.0")) throw invalid_request("`jsonrpc` is not \"2.0\"");
  const auto* method = message.if_contains("method");
  if (method == nullptr || !method->is_string()) throw invalid_request("`method` is not a string");
  return std::string(method->get_string());
}

std::string result_answer(const json::value& id, const JsonText& result) {
  std::string out = R"({"jsonrpc":"2.0","id":)" + to_text(id) + R"(,"result":)";
  out.reserve(out.size() + result.text.size() + 2);
  out.append(result.text).append("}\n");
  return out;
}

/// What `work` returns; what it throws becomes a Fault.
template <class Work>
auto guarded(const Work& work) {
  try {
    return work();
  } catch (const Fault&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw Fault(FaultCode::kBusy,
                "the daemon has no memory for this; ask for less (one VNI), or give it more");
  } catch (const std::exception& error) {
    throw Fault(FaultCode::kInternalError, "internal error: " + std::string(error.what()));
  }
}

struct Request {
  json::value id;             ///< null as well while it is not known
  bool notification = false;  ///< false as well while it is not known: what is no request is answered
};

/// The answer to `request` with what `result` returns or throws.
template <class ResultOf>
Answer answer_with(const Request& request, const ResultOf& result) {
  try {
    const JsonText text = guarded(result);
    if (request.notification) return std::nullopt;
    return result_answer(request.id, text);
  } catch (const Fault& fault) {
    if (request.notification) return std::nullopt;
    return fault_answer(fault, request.id);
  }
}

/// Reads the line into `request` as far as it is one, and runs it.
Result run(std::string_view line, const Dispatch& dispatch, Request& request) {
  const auto message = parse(line);
  request.id = id_of(message);
  const auto method = method_of(message);
  request.notification = !message.contains("id");
  return guarded([&] { return dispatch(method, params_of(message)); });
}

}  // namespace

std::string fault_answer(const Fault& fault, const json::value& id) {
  json::object error{{"code", static_cast<int>(fault.code())}, {"message", fault.what()}};
  if (!fault.messages().empty())
    error["data"] = json::object{{"messages", json::value_from(fault.messages())}};
  return to_text(json::object{{"jsonrpc", "2.0"}, {"id", id}, {"error", error}}) + '\n';
}

void answer(std::string_view line, const Dispatch& dispatch, std::function<void(Answer)> send) {
  Request request;
  Later later;
  auto now = answer_with(request, [&]() -> JsonText {
    auto result = run(line, dispatch, request);
    if (auto* text = std::get_if<JsonText>(&result)) return std::move(*text);
    if (const auto* value = std::get_if<json::value>(&result)) return {to_text(*value)};
    later = std::get<Later>(std::move(result));
    return {};
  });
  if (!later) return send(std::move(now));
  later([request = std::move(request), send = std::move(send)](const std::function<json::value()>& result) {
    send(answer_with(request, [&]() -> JsonText { return {to_text(result())}; }));
  });
}

}  // namespace vxtap::control
