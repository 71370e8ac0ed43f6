#pragma once

#include "support/files.hpp"

namespace vxtap::lab {

using test::read_file;
using test::TempDirectory;
using test::write_file;

}  // namespace vxtap::lab
