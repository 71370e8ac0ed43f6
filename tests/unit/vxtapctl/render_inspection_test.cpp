#include <boost/json/parse.hpp>

#include "ctl/arguments.hpp"
#include "ctl/render.hpp"
#include "support/catch.hpp"

using namespace vxtap;
namespace json = boost::json;

namespace {

const ctl::Style kPlain(false);

ctl::Arguments parsed(const std::vector<const char*>& words) {
  std::vector<const char*> argv{"vxtapctl"};
  argv.insert(argv.end(), words.begin(), words.end());
  return std::get<ctl::Arguments>(ctl::parse_arguments(static_cast<int>(argv.size()), argv.data()));
}

const std::string kDoctor = R"({"checks":[
  {"check":"tap_state","object":"tap vx42","result":"ok","seen":"up","mend":null},
  {"check":"snooping","object":"bridge br1","result":"hint","seen":"snoops","mend":"ip link set br1 type bridge mcast_querier 1"},
  {"check":"tap_mtu","object":"tap vx42","result":"warning","seen":"mtu 1450, but the path to 192.0.2.2 leaves 1350, which is so little that this line has to be broken","mend":"ip link set vx42 mtu 1350"},
  {"check":"route","object":"remote 192.0.2.2:4789","result":"error","seen":"no route","mend":"ip route replace 192.0.2.2 via GATEWAY"},
  {"check":"workers","object":"","result":"ok","seen":"nothing of the kind here","mend":null}],
  "errors":1,"warnings":1,"hints":1})";

}  // namespace

TEST_CASE("render doctor: findings first, the gravest at the top") {
  CHECK(ctl::render_doctor(json::parse(kDoctor), kPlain, false) ==
        R"(error    route  remote 192.0.2.2:4789
         no route
         -> ip route replace 192.0.2.2 via GATEWAY
warning  tap_mtu  tap vx42
         mtu 1450, but the path to 192.0.2.2 leaves 1350, which is so little
         that this line has to be broken
         -> ip link set vx42 mtu 1350
hint     snooping  bridge br1
         snoops
         -> ip link set br1 type bridge mcast_querier 1
1 error, 1 warning, 1 hint; 2 of 5 checks ok
)");
}

TEST_CASE("render doctor: with --all what is in order, too") {
  const auto text = ctl::render_doctor(json::parse(kDoctor), kPlain, true);
  CHECK_THAT(text, Catch::Matchers::ContainsSubstring(
                       "\nok       tap_state  tap vx42\n         up\nok       workers\n"));
}

TEST_CASE("render doctor: no findings") {
  const auto document = json::parse(
      R"({"checks":[{"check":"workers","object":"","result":"ok","seen":"fine","mend":null}],"errors":0,"warnings":0,"hints":0})");
  CHECK(ctl::render_doctor(document, kPlain, false) == "no findings; 1 check\n");
}

TEST_CASE("render path-mtu where there is no route") {
  CHECK(
      ctl::render_path_mtu(
          json::parse(
              R"({"remote":"192.0.2.2","local":"192.0.2.1","route_mtu":null,"path_mtu":null,"verified":false,"exact":false,)"
              R"("method":"route","inner_mtu":null,"taps":[{"vni":42,"segment":"blue","name":"vx42","mtu":1450,)"
              R"("fits":null}],"advice":"no route to 192.0.2.2: add one"})"),
          kPlain) == R"(remote     192.0.2.2  from 192.0.2.1
path mtu   none  unverified, the route says none
inner mtu  none
tap        vx42  mtu 1450  nothing is known
-> no route to 192.0.2.2: add one
)");
}

TEST_CASE("render path-mtu") {
  CHECK(
      ctl::render_path_mtu(
          json::parse(
              R"({"remote":"192.0.2.2","local":"192.0.2.1","route_mtu":1500,"path_mtu":1400,"verified":true,"exact":true,)"
              R"("method":"icmp echo","inner_mtu":1350,"taps":[{"vni":42,"segment":"blue","name":"vx42","mtu":1450,)"
              R"("fits":false}],"advice":"1400 bytes arrive"})"),
          kPlain) == R"(remote     192.0.2.2  from 192.0.2.1
path mtu   1400  by icmp echo, the route says 1500
inner mtu  1350
tap        vx42  mtu 1450  too large
-> 1400 bytes arrive
)");
  CHECK(
      ctl::render_path_mtu(
          json::parse(
              R"({"remote":"192.0.2.2","local":"192.0.2.1","route_mtu":null,"path_mtu":null,"verified":false,"exact":false,)"
              R"("method":"route","inner_mtu":null,"taps":[],"advice":"no route to 192.0.2.2: add one"})"),
          kPlain) == R"(remote     192.0.2.2  from 192.0.2.1
path mtu   none  unverified, the route says none
inner mtu  none
-> no route to 192.0.2.2: add one
)");
}

TEST_CASE("arguments of path-mtu and doctor") {
  auto arguments = parsed({"path-mtu", "192.0.2.2", "--vni", "42"});
  CHECK(arguments.command == ctl::Command::kPathMtu);
  CHECK(control::to_text(arguments.params) == R"({"remote":"192.0.2.2","vni":42})");
  arguments = parsed({"doctor", "--all", "-j"});
  CHECK(arguments.command == ctl::Command::kDoctor);
  CHECK(arguments.all);
  CHECK(arguments.json);
  CHECK(arguments.params.empty());
  CHECK_FALSE(parsed({"doctor"}).all);
}
