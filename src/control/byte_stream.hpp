#pragma once

#include <cstddef>
#include <string>

namespace vxtap::control {

/// Bytes that come as they please, such as a running capture: what follows the answer on a connection that
/// was turned into a stream. Its end ends what makes them. Control thread only.
class ByteStream {
 public:
  virtual ~ByteStream() = default;

  /// What has gathered, about `most` bytes; empty when nothing has. The reader sets the pace: what finds no
  /// room in the meantime is for the stream to lose, and to count.
  virtual std::string take(std::size_t most) = 0;
  /// The reader has seen enough: what has gathered still comes, and then the end.
  virtual void finish() = 0;
  /// Nothing will come any more.
  virtual bool ended() const = 0;
};

}  // namespace vxtap::control
