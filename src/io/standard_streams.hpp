#pragma once

namespace vxtap::io {

/// Opens what is closed of stdin, stdout and stderr: the next descriptor would have its number, and a socket,
/// a TAP or a file be written to as if it were that. Standard output is then one that refuses to be written,
/// so that who prints hears of it. To be called first of all; never fails.
void open_standard_streams() noexcept;

}  // namespace vxtap::io
