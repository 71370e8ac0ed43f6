#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace vxtap::service {

/// A text that several answers may hold at once without a copy. Any thread.
class SharedText {
 public:
  SharedText(std::string text) : text_(std::make_shared<const std::string>(std::move(text))) {}
  SharedText(const char* text) : SharedText(std::string(text)) {}

  std::string_view view() const noexcept { return *text_; }
  std::size_t size() const noexcept { return text_->size(); }

 private:
  std::shared_ptr<const std::string> text_;
};

}  // namespace vxtap::service
