#include "refusal.hpp"
#include "support/catch.hpp"

namespace vxtap::config {

TEST_CASE("config refuses: values of the file") {
  check_refusals({
      {"log.level unknown",
       "log: {level: loud}\n" + kValid,
       {"1:14: log.level 'loud' is no known word; write trace, debug, info, warn or error"}},
      {"log of another type", "log: [info]\n" + kValid, {"1:6: log is a list; write keys such as `level:`"}},
      {"control.socket relative",
       "control: {socket: control.sock}\n" + kValid,
       {"1:19: control.socket 'control.sock' is no absolute path; begin it with /"}},
      {"control.socket too long",
       "control: {socket: /" + std::string(107, 'x') + "}\n" + kValid,
       {"1:19: control.socket is 108 bytes long; a socket's path has at most 107"}},
      {"control.group empty",
       "control: {group: ''}\n" + kValid,
       {"1:18: control.group is empty; name a group or leave the key out"}},
      {"workers zero",
       "workers: 0\n" + kValid,
       {"1:10: workers 0 is out of range; write auto or a number from 1 to 64"}},
      {"workers too many",
       "workers: 65\n" + kValid,
       {"1:10: workers 65 is out of range; write auto or a number from 1 to 64"}},
      {"workers quoted",
       "workers: '4'\n" + kValid,
       {"1:10: workers is the quoted text '4'; write auto or a number from 1 to 64"}},
      {"workers no number",
       "workers: many\n" + kValid,
       {"1:10: workers 'many' is no decimal number; write auto or a number from 1 to 64"}},
      {"workers hexadecimal",
       "workers: 0x2\n" + kValid,
       {"1:10: workers '0x2' is no decimal number; write auto or a number from 1 to 64"}},
      {"metrics without a port",
       "metrics: {listen: 127.0.0.1}\n" + kValid,
       {"1:19: metrics.listen '127.0.0.1' has no port; write ADDRESS:PORT"}},
      {"metrics at a group",
       "metrics: {listen: '239.1.1.1:9478'}\n" + kValid,
       {"1:19: metrics.listen '239.1.1.1:9478' is a multicast group; write one of this host's own, such as "
        "127.0.0.1"}},
      {"metrics at a link-local address alone",
       "metrics: {listen: '[fe80::1]:9478'}\n" + kValid,
       {"1:19: metrics.listen '[fe80::1]:9478' is link-local; name its interface behind a %"}},
      {"metrics of another type",
       "metrics: 9478\n" + kValid,
       {"1:10: metrics is the single value '9478'; write keys such as `listen:`"}},
      {"metrics with port 0",
       "metrics: {listen: '127.0.0.1:0'}\n" + kValid,
       {"1:19: metrics.listen '127.0.0.1:0' has a port out of range; write a port from 1 to 65535"}},
      {"metrics at a name",
       "metrics: {listen: 'localhost:9478'}\n" + kValid,
       {"1:19: metrics.listen 'localhost:9478' is no address with a port; write one such as "
        "\"127.0.0.1:9478\" "
        "or \"[::1]:9478\""}},
      {"socket path with a zero byte",
       "control: {socket: \"/run/a\\0b\"}\n" + kValid,
       {"1:19: control.socket contains a zero byte; write a path"}},
      {"busy_poll without a unit",
       "busy_poll: 50\n" + kValid,
       {"1:12: busy_poll '50' has no unit; write 50s for seconds, or use us, ms, m or h"}},
      {"busy_poll too long",
       "busy_poll: 2s\n" + kValid,
       {"1:12: busy_poll 2s is out of range; write at most 1s"}},
  });
}

}  // namespace vxtap::config
