#include "config/yaml_tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <unordered_map>

#include "config/text_check.hpp"

namespace vxtap::config {
namespace {

Position position_of(const YAML::Mark& mark) {
  return {mark.line + 1, mark.column + 1};
}

/// Builds the tree from parser events and stops the parser, by throwing TreeError, as soon as a limit is
/// passed: the parser recurses with the depth of the document, and aliases of aliases grow exponentially.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(Tree& tree) : tree_(tree) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (tree_.root != nullptr)
      throw TreeError{position_of(mark), "a second YAML document begins here; keep one document in the file"};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node& node = create(Node::Kind::kNull, mark);
    // The parser marks a missing value where the next token stands, which may be lines below.
    if (const Node* key = open_key()) node.position = key->position;
    finish(node, 1, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end())
      throw TreeError{position_of(mark), "this alias stands inside its own anchor; write the value out"};
    attach(*found->second.node, found->second.size, position_of(mark));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (value.size() > kMaxScalarBytes)
      throw TreeError{position_of(mark), "a word of more than 4096 bytes; no key takes one so long"};
    Node& node = create(Node::Kind::kScalar, mark);
    node.text = value;
    node.quoted = tag == "!";
    finish(node, 1, anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Node::Kind::kList, mark, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Node::Kind::kMap, mark, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Anchored {
    const Node* node;
    std::size_t size;
  };
  struct Open {
    Node* node;
    YAML::anchor_t anchor;
    std::size_t size = 1;       // nodes so far, aliases at their full size
    const Node* key = nullptr;  // of a map: the key whose value comes next
  };

  Node& create(Node::Kind kind, const YAML::Mark& mark) {
    Node& node = tree_.nodes.emplace_back();
    node.kind = kind;
    node.position = position_of(mark);
    return node;
  }

  void open(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (open_.size() == kMaxDepth)
      throw TreeError{position_of(mark), "nested deeper than " + std::to_string(kMaxDepth) +
                                             " levels; no key needs more than six"};
    open_.push_back({&create(kind, mark), anchor});
  }

  void close() {
    const Open closed = open_.back();
    open_.pop_back();
    finish(*closed.node, closed.size, closed.anchor);
  }

  void finish(const Node& node, std::size_t size, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) anchors_[anchor] = {&node, size};
    attach(node, size, node.position);
  }

  void attach(const Node& node, std::size_t size, Position position) {
    if (open_.empty()) {
      tree_.root = &node;
      return;
    }
    Open& parent = open_.back();
    parent.size += size;
    if (parent.size > kMaxNodes)
      throw TreeError{position,
                      "more than a million values, aliases counted in full; split the configuration"};
    if (parent.node->kind == Node::Kind::kList) {
      parent.node->items.push_back(&node);
    } else if (parent.key == nullptr) {
      parent.key = &node;
    } else {
      parent.node->entries.emplace_back(parent.key, &node);
      parent.key = nullptr;
    }
  }

  const Node* open_key() const { return open_.empty() ? nullptr : open_.back().key; }

  Tree& tree_;
  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, Anchored> anchors_;
};

}  // namespace

std::variant<Tree, TreeError> parse_tree(const std::string& text) {
  if (auto refused = check_text(text)) return *std::move(refused);
  try {
    Tree tree;
    TreeBuilder builder(tree);
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    if (tree.root == nullptr || tree.root->kind == Node::Kind::kNull)
      return TreeError{{1, 1}, "the file is empty; it needs at least `segments:` with one segment"};
    return tree;
  } catch (const TreeError& error) {
    return error;
  } catch (const YAML::Exception& error) {
    return TreeError{position_of(error.mark), "not valid YAML: " + error.msg +
                                                  "; check indentation, colons, brackets and quotes here"};
  }
}

}  // namespace vxtap::config
