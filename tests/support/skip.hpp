#pragma once

#include <string>

namespace vxtap::test {

/// Prints why the rest of this case is not run, and has the executable report it: with SKIP_RETURN_CODE
/// unless another case failed. The case returns after it. On the main thread.
void skip(const std::string& reason);

}  // namespace vxtap::test
