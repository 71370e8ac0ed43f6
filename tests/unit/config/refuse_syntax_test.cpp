#include "refusal.hpp"
#include "support/catch.hpp"

namespace vxtap::config {

TEST_CASE("config refuses: syntax and keys") {
  check_refusals({
      {"an empty file", "", {"1:1: the file is empty; it needs at least `segments:` with one segment"}},
      {"comments only",
       "# nothing\n",
       {"1:1: the file is empty; it needs at least `segments:` with one segment"}},
      {"a list instead of keys", "- 1\n", {"1:1: the file is a list; write keys such as `log:`"}},
      {"broken YAML",
       "underlay: {local: 192.0.2.1\n"
       "segments:\n",
       {"2:9: not valid YAML: end of map flow not found; check indentation, colons, brackets and quotes "
        "here"}},
      {"a tab as indentation",
       "log:\n"
       "\tlevel: info\n",
       {"2:7: not valid YAML: illegal map value; check indentation, colons, brackets and quotes here"}},
      {"an undefined alias",
       "log: *nothing\n",
       {"1:6: not valid YAML: the referenced anchor is not defined; check indentation, colons, brackets and "
        "quotes here"}},
      {"an alias inside its anchor",
       "log: &a [*a]\n",
       {"1:10: this alias stands inside its own anchor; write the value out"}},
      {"two documents",
       "log: {}\n"
       "---\n"
       "log: {}\n",
       {"2:1: a second YAML document begins here; keep one document in the file"}},
      {"a control character",
       "log: {}\n"
       "# \x04"
       "\n"
       "bogus: 1\n",
       {"2:3: control character 0x04 in the file; remove it"}},
      {"no UTF-8",
       "log: {level: inf\xe9"
       "}\n",
       {"1:17: byte 0xe9 is no UTF-8 text; save the file as UTF-8"}},
      {"a key that is no word", "[a]: 1\n" + kValid, {"1:1: a key must be a word; remove it or quote it"}},
      {"a duplicate key",
       "workers: 1\n"
       "workers: 2\n" +
           kValid,
       {"2:1: duplicate key 'workers', first given at line 1; remove one of them"}},
      {"a duplicate key of a segment",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, name: a, name: b}\n",
       {"3:75: duplicate key 'name', first given at line 3; remove one of them"}},
      {"an unknown key of the file",
       "worker: 1\n" + kValid,
       {"1:1: unknown key 'worker'; did you mean 'workers'?"}},
      {"an unknown key with its letters swapped",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remtoe: 192.0.2.2}}\n",
       {"3:30: peers has no remote; mode unicast needs `remote: ADDRESS`",
        "3:46: unknown key 'remtoe'; did you mean 'remote'?"}},
      {"an unknown key of peers",
       kHead + "  - vni: 1\n"
               "    tap: t0\n"
               "    peers:\n"
               "      mode: unicast\n"
               "      remot: 192.0.2.2\n",
       {"6:7: peers has no remote; mode unicast needs `remote: ADDRESS`",
        "7:7: unknown key 'remot'; did you mean 'remote'?"}},
      {"a key of another section",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, remotes: [192.0.2.3]}\n",
       {"3:66: unknown key 'remotes'; it belongs under segments[].peers"}},
      {"a key that is near none",
       "log: {colour: red}\n" + kValid,
       {"1:7: unknown key 'colour'; known here: level"}},
      {"no segments",
       "underlay: {local: 192.0.2.1}\n",
       {"1:1: the file has no segments; add `segments:` with at least one"}},
      {"an empty list of segments",
       "underlay: {local: 192.0.2.1}\n"
       "segments: []\n",
       {"2:11: segments is empty; list at least one segment"}},
      {"segments without a value", kHead, {"2:1: segments has no value; write a list of segments"}},
      {"a segment that is no map",
       kHead + "  - 42\n",
       {"3:5: segment is the single value '42'; write keys such as `vni:`"}},
  });
}

}  // namespace vxtap::config
