#pragma once

#include <CLI/App.hpp>

#include "ctl/arguments.hpp"

namespace vxtap::ctl {

/// The command line's grammar; fills `arguments`, which it borrows, as CLI11 walks over it. The manual page
/// is compared with it.
class Grammar {
 public:
  explicit Grammar(Arguments& arguments);
  Grammar(const Grammar&) = delete;  // its callbacks point to it
  Grammar& operator=(const Grammar&) = delete;

  CLI::App& app() noexcept { return app_; }

 private:
  CLI::App* command(CLI::App& parent, Command which, const std::string& name, const std::string& what);
  CLI::App* family(const std::string& name, const std::string& what);
  void add_global_options();
  void add_fdb();
  void add_fdb_change(CLI::App& fdb, Command which, const std::string& name, const std::string& what);
  void add_mdb();
  void add_mdb_change(CLI::App& mdb, Command which, const std::string& name, const std::string& what);
  void add_monitor();
  void add_explain();
  void add_capture();
  void add_filter(CLI::App* capture);
  void add_inspection();
  void add_rest();
  /// `--watch [SECONDS]`.
  void watch(CLI::App* command);

  /// Of `explain`, kept as it was written.
  CLI::Option* word(CLI::App* command, const std::string& option, std::optional<std::string>& kept,
                    const std::string& what);
  CLI::Option* number(CLI::App* command, const std::string& option, std::optional<std::uint32_t>& kept,
                      const std::string& what);

  CLI::Option* text(CLI::App* command, const std::string& option, const std::string& param,
                    const std::string& what);
  /// A VNI, or the name of a segment.
  CLI::Option* vni(CLI::App* command, const std::string& option, const std::string& what);
  CLI::Option* mac(CLI::App* command, const std::string& option, const std::string& what);
  CLI::Option* address(CLI::App* command, const std::string& what);
  CLI::Option* state(CLI::App* command, const std::string& what);
  /// With an optional port.
  CLI::Option* remote(CLI::App* command, const std::string& what);

  CLI::App app_;
  Arguments& arguments_;
};

}  // namespace vxtap::ctl
