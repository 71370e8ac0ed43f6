#pragma once

#include <CLI/App.hpp>
#include <string_view>

namespace vxtap::ctl {

/// A command line to try, without the shell's quotes; `path` is the command as it is typed, "fdb show", or
/// empty for the tool itself. Empty for a command without one.
std::string_view example_of(std::string_view path) noexcept;

/// Has the help of `app` and of every command under it end with its example.
void add_examples(CLI::App& app);

}  // namespace vxtap::ctl
