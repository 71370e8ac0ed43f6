#include "dataplane/reception.hpp"

namespace vxtap::dataplane {
namespace {

constexpr std::size_t kLargestDatagram = 65536;

}  // namespace

Reception::Reception(std::size_t shard, Fdb& fdb, const PortMap& ports, Events& events)
    : buffers_(UnderlayPump::kDatagrams, kLargestDatagram),
      pump_(shard, fdb, ports, events),
      table_(std::make_shared<const SegmentTable>()) {}

void Reception::attach(Poller& poller, std::function<void()> after) {
  poller_ = &poller;
  after_ = std::move(after);
  for (auto& [id, receiver] : receivers_) watch(receiver);
}

void Reception::detach() {
  for (auto& [id, receiver] : receivers_) receiver.watch.reset();
  poller_ = nullptr;
}

io::UdpUnderlay& Reception::add(WorkerChange::AddReceiver& add) {
  auto underlay = std::make_unique<io::UdpUnderlay>(std::move(add.socket), std::move(add.path_probe),
                                                    buffers_, add.scope);
  Receiver& receiver =
      receivers_.emplace(add.id, Receiver{add.endpoint, std::move(underlay), nullptr}).first->second;
  watch(receiver);
  return *receiver.underlay;
}

const io::UdpUnderlay* Reception::find(ReceiverId id) const {
  const auto found = receivers_.find(id);
  return found == receivers_.end() ? nullptr : found->second.underlay.get();
}

void Reception::remove(ReceiverId id) {
  receivers_.erase(id);
}

void Reception::apply(const std::map<EndpointId, io::UnderlaySettings>& settings) {
  for (auto& [id, receiver] : receivers_)
    if (const auto found = settings.find(receiver.endpoint.id); found != settings.end())
      receiver.underlay->apply(found->second);
}

void Reception::watch(Receiver& receiver) {
  receiver.watch = poller_->watch(receiver.underlay->fd(),
                                  [this, endpoint = receiver.endpoint, port = receiver.underlay.get()] {
                                    return drain(endpoint, *port);
                                  });
}

std::size_t Reception::drain(const Endpoint& endpoint, io::UdpUnderlay& underlay) {
  const auto lost = underlay.overflows();
  const std::size_t moved = pump_.pump(*table_, endpoint, underlay, std::chrono::steady_clock::now());
  overflows_.add(underlay.overflows() - lost);
  if (moved != 0) after_();
  return moved;
}

}  // namespace vxtap::dataplane
