#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "lab/host.hpp"

namespace vxtap::lab {

/// Where this build's programs are.
std::string program_directory();
/// Path of one of them.
std::string built(const std::string& program);

/// Starts a program of the sd_notify(3) kind on the host and waits until it says that it is ready. Its log is
/// `stem`.log; throws with it when the program ends instead or says nothing in time.
std::unique_ptr<Process> start_service(Host& host, const Arguments& arguments,
                                       const std::filesystem::path& stem);

}  // namespace vxtap::lab
