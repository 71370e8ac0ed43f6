#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "config/config.hpp"

/// A YAML document as a tree that keeps every position, every duplicate key and the difference between quoted
/// and plain text, which YAML::Node drops. The only place that sees yaml-cpp.
namespace vxtap::config {

/// What one file may hold. Far above any real configuration; they bound time and memory for the rest.
inline constexpr std::size_t kMaxFileBytes = 16U << 20;
inline constexpr std::size_t kMaxFlowIndicators =
    1'000'000;                                       ///< '[', '{' and ',': yaml-cpp queues a whole flow list
inline constexpr std::size_t kMaxNodes = 1'000'000;  ///< with every alias counted at its full size
inline constexpr std::size_t kMaxDepth = 32;
inline constexpr std::size_t kMaxScalarBytes = 4096;

struct Node {
  enum class Kind : std::uint8_t { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  bool quoted = false;
  Position position;
  std::string text;                                          ///< of a scalar
  std::vector<const Node*> items;                            ///< of a list
  std::vector<std::pair<const Node*, const Node*>> entries;  ///< of a map, in file order, duplicates included
};

/// Owns the nodes; an alias is a second pointer to the node of its anchor.
struct Tree {
  std::deque<Node> nodes;
  const Node* root = nullptr;
};

struct TreeError {
  Position position;
  std::string message;
};

/// Parses the one document in `text`.
std::variant<Tree, TreeError> parse_tree(const std::string& text);

}  // namespace vxtap::config
