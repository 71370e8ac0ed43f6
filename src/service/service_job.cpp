#include "service/service_job.hpp"

#include <systemd/sd-bus.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

namespace vxtap::service {
namespace {

constexpr const char* kManager = "org.freedesktop.systemd1";

using Bus = std::unique_ptr<sd_bus, sd_bus* (*)(sd_bus*)>;
using Message = std::unique_ptr<sd_bus_message, sd_bus_message* (*)(sd_bus_message*)>;

std::string manager(const char* interface) {
  return std::string(kManager) + "." + interface;
}

Bus open_bus() {
  constexpr std::chrono::microseconds kPatience = std::chrono::milliseconds(500);
  sd_bus* bus = nullptr;
  if (sd_bus_open_system(&bus) < 0) return {nullptr, sd_bus_close_unref};
  sd_bus_set_method_call_timeout(bus, static_cast<std::uint64_t>(kPatience.count()));
  return {bus, sd_bus_close_unref};
}

std::optional<std::string> path_of_own_unit(sd_bus* bus) {
  sd_bus_message* reply = nullptr;
  const char* path = nullptr;
  if (sd_bus_call_method(bus, kManager, "/org/freedesktop/systemd1", manager("Manager").c_str(),
                         "GetUnitByPID", nullptr, &reply, "u", static_cast<std::uint32_t>(::getpid())) < 0)
    return std::nullopt;
  const Message owner(reply, sd_bus_message_unref);
  if (sd_bus_message_read(reply, "o", &path) < 0) return std::nullopt;
  return path;
}

std::optional<std::string> path_of_job(sd_bus* bus, const std::string& unit) {
  sd_bus_message* reply = nullptr;
  std::uint32_t number = 0;
  const char* path = nullptr;
  if (sd_bus_get_property(bus, kManager, unit.c_str(), manager("Unit").c_str(), "Job", nullptr, &reply,
                          "(uo)") < 0)
    return std::nullopt;
  const Message owner(reply, sd_bus_message_unref);
  if (sd_bus_message_read(reply, "(uo)", &number, &path) < 0 || number == 0) return std::nullopt;
  return path;
}

}  // namespace

bool stops_for_good() {
  const Bus bus = open_bus();
  if (bus == nullptr) return false;
  const auto unit = path_of_own_unit(bus.get());
  const auto job = unit ? path_of_job(bus.get(), *unit) : std::nullopt;
  char* type = nullptr;
  if (!job || sd_bus_get_property_string(bus.get(), kManager, job->c_str(), manager("Job").c_str(), "JobType",
                                         nullptr, &type) < 0)
    return false;
  const std::unique_ptr<char, void (*)(void*)> owner(type, std::free);
  return std::string(type) == "stop";
}

}  // namespace vxtap::service
