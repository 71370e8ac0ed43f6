#include "udp_threads.hpp"

#include <array>
#include <chrono>

namespace vxtap::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// So many datagrams are taken from the kernel at once, each into its own 2 KB.
constexpr std::size_t kBatch = 64;
constexpr std::size_t kSlot = 2048;

/// What recvmmsg(2) reads into. Not to be moved: it points into itself.
struct ReceiveBatch {
  ReceiveBatch() {
    for (std::size_t i = 0; i < kBatch; ++i) {
      pieces[i] = {slots[i].data(), kSlot};
      messages[i].msg_hdr.msg_iov = &pieces[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
  }
  ReceiveBatch(const ReceiveBatch&) = delete;
  ReceiveBatch& operator=(const ReceiveBatch&) = delete;

  std::array<std::array<char, kSlot>, kBatch> slots;
  std::array<iovec, kBatch> pieces{};
  std::array<mmsghdr, kBatch> messages{};
};

/// The paced sender sleeps so long between bursts.
constexpr std::chrono::microseconds kTick{500};

}  // namespace

UdpReceiver::UdpReceiver(lab::Host& host, const lab::Endpoint& endpoint)
    : socket_(lab::bound_socket(host, SOCK_DGRAM, endpoint, lab::seconds(1))) {
  lab::check(setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof kReceiveBuffer),
             "SO_RCVBUFFORCE");
  thread_ = std::thread([this] { receive_all(); });
}

UdpReceiver::~UdpReceiver() {
  stopping_ = true;
  shutdown(socket_.get(), SHUT_RD);  // wakes the reader
  thread_.join();
}

void UdpReceiver::receive_all() {
  ReceiveBatch batch;
  while (!stopping_) {
    const int n = recvmmsg(socket_.get(), batch.messages.data(), kBatch, MSG_WAITFORONE, nullptr);
    if (n > 0 && !stopping_) received_.fetch_add(static_cast<std::uint64_t>(n), std::memory_order_relaxed);
  }
}

UdpSender::UdpSender(lab::UniqueFd socket, std::size_t payload, double per_second)
    : socket_(std::move(socket)), payload_(payload), thread_([this, per_second] {
        if (per_second > 0)
          pace(per_second);
        else
          blast();
      }) {}

UdpSender::~UdpSender() {
  stop();
}

void UdpSender::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void UdpSender::send_one() {
  if (send(socket_.get(), payload_.data(), payload_.size(), 0) >= 0)
    sent_.fetch_add(1, std::memory_order_relaxed);
}

void UdpSender::blast() {
  while (!stopping_) send_one();
}

void UdpSender::pace(double per_second) {
  // A sender that was kept from its CPU must not make up for it in one burst, which would measure the queues.
  constexpr auto kLongestBurst = 4 * kTick;
  auto start = Clock::now();
  for (double done = 0; !stopping_; std::this_thread::sleep_for(kTick)) {
    const auto owed = Clock::now() - start - std::chrono::duration<double>(done / per_second);
    if (owed > kLongestBurst) start += std::chrono::duration_cast<Clock::duration>(owed - kLongestBurst);
    for (const double due = std::chrono::duration<double>(Clock::now() - start).count() * per_second;
         done + 1 <= due && !stopping_; ++done)
      send_one();
  }
}

}  // namespace vxtap::bench
