#pragma once

#include <chrono>
#include <cstdint>

/// Which size of packet gets through to a remote: asked of the path itself, by packets that must not be
/// fragmented.
///
/// Theory of operation. A probe that is answered has arrived. One that a router on the way refuses is too
/// big, and the router says what it takes. Silence says nothing by itself: the packet may be lost, the answer
/// may be lost, the remote may answer only so often (Linux: an ICMP error a second and a burst of six,
/// icmp_ratelimit), or a router swallows what is too big without a word. So silence counts as "too big" only
/// when it was repeated and a probe of a size known to fit is answered right behind it.
namespace vxtap::inspect {

struct ProbeResult {
  enum class Answer : std::uint8_t {
    kArrived,
    kTooBig,   ///< somebody on the way said so
    kSilence,  ///< nothing was heard within the time
    kRefused,  ///< there is no way there, or somebody on the way forbids it
  };
  Answer answer = Answer::kSilence;
  std::uint32_t mtu = 0;  ///< with kTooBig: what the next hop takes; 0: it did not say
};

/// The way to one remote.
class ProbePath {
 public:
  using Clock = std::chrono::steady_clock;
  virtual ~ProbePath() = default;

  /// Sends an IP packet of `size` bytes in all and waits for what becomes of it, `patience` at most.
  virtual ProbeResult probe(std::uint32_t size, std::chrono::milliseconds patience) = 0;
  /// Waits.
  virtual void pause(std::chrono::milliseconds time) = 0;
  /// After so long a remote that was silent for its rate's sake answers once more; 0: it has no such rate.
  virtual std::chrono::milliseconds refill() const = 0;
  virtual Clock::time_point now() = 0;
};

struct SearchRange {
  std::uint32_t least = 0;  ///< bytes of an IP packet that any path should carry
  std::uint32_t most = 0;   ///< what the route says
};

struct SearchResult {
  bool answered = false;   ///< the remote answers probes at all
  bool refused = false;    ///< nothing arrived, and somebody forbids it
  bool exact = false;      ///< `fits` is the largest; false: the time was over before it was known
  bool swallowed = false;  ///< what is too big disappears without an ICMP message
  std::uint32_t fits = 0;  ///< bytes of the largest IP packet that arrived; 0: none
  unsigned probes = 0;
};

/// The largest size within the range that arrives. Over by `deadline`, or a probe later.
SearchResult search_path(ProbePath& path, const SearchRange& range, ProbePath::Clock::time_point deadline);

}  // namespace vxtap::inspect
