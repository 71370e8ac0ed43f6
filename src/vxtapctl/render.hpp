#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "control/json_text.hpp"
#include "ctl/style.hpp"

/// The daemon's documents (control/report_json.hpp) as text for people, 80 columns wide where the data
/// allows. They throw std::exception when the document is not of the expected shape.
namespace vxtap::ctl {

namespace json = boost::json;

std::string render_show(const json::value& document, const Style& style);
std::string render_fdb(const json::value& document, const Style& style);
/// How many `fdb flush` removed.
std::string render_flushed(const json::value& document, const Style& style);
std::string render_mdb(const json::value& document, const Style& style);
std::string render_stats(const json::value& document, const Style& style);
std::string render_drops(const json::value& document, const Style& style);
/// The frame's way step by step, its headers byte by byte, and what would change it.
std::string render_explain(const json::value& document, const Style& style);
/// Of reload, log and the changes: "done" or what was warned of, line by line.
std::string render_outcome(const json::value& document, const Style& style);
std::string render_path_mtu(const json::value& document, const Style& style);
/// Findings first; what is in order is counted, or with `all` listed behind them.
std::string render_doctor(const json::value& document, const Style& style, bool all);
/// One event of `monitor`; one of a kind that is not known stays JSON.
std::string render_event(const json::value& event, const Style& style);

}  // namespace vxtap::ctl
