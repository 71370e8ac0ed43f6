#include <algorithm>

#include "ctl/top_model.hpp"

namespace vxtap::ctl {
namespace {

constexpr std::ptrdiff_t kPage = 10;
constexpr auto kFar = std::ptrdiff_t{1} << 30;

/// Without its last character.
void shorten(std::string& text) {
  text = cut(text, width_of(text) - std::min<std::size_t>(width_of(text), 1));
}

}  // namespace

bool TopModel::press(const Key& key) {
  using Name = Key::Name;
  if (typing_) {
    type(key);
    return true;
  }
  switch (key.name) {
    case Name::kUp:
      move(-1);
      return true;
    case Name::kDown:
      move(1);
      return true;
    case Name::kPageUp:
      move(-kPage);
      return true;
    case Name::kPageDown:
      move(kPage);
      return true;
    case Name::kHome:
      move(-kFar);
      return true;
    case Name::kEnd:
      move(kFar);
      return true;
    case Name::kEnter:
      if (page_ == TopPage::kList && !rows_.empty()) page_ = TopPage::kInside, scroll_ = 0;
      return true;
    case Name::kEscape:
      return go_back();
    case Name::kBackspace:
      return true;
    case Name::kText:
      break;
  }
  return key.text.size() != 1 || press_letter(key.text.front());
}

bool TopModel::press_letter(char letter) {
  switch (letter) {
    case 'q':
      return page_ != TopPage::kList && go_back();
    case 'j':
      move(1);
      break;
    case 'k':
      move(-1);
      break;
    case 's':
      sort_ = static_cast<TopSort>((static_cast<std::size_t>(sort_) + 1) % kTopSortCount);
      break;
    case 'r':
      reversed_ = !reversed_;
      break;
    case 'd':
      if (page_ == TopPage::kList) drops_only_ = !drops_only_;
      break;
    case 'p':
      paused_ = !paused_;
      unseen_ = 0;
      break;
    case '?':
      if (page_ != TopPage::kHelp) page_before_help_ = page_;
      page_ = page_ == TopPage::kHelp ? page_before_help_ : TopPage::kHelp;
      break;
    case '/':
      typing_ = page_ == TopPage::kList;
      break;
    default:
      return true;
  }
  rebuild_rows();
  return true;
}

void TopModel::type(const Key& key) {
  if (key.name == Key::Name::kText) filter_ += key.text;
  if (key.name == Key::Name::kBackspace) shorten(filter_);
  if (key.name == Key::Name::kEscape) filter_.clear();
  typing_ = key.name != Key::Name::kEscape && key.name != Key::Name::kEnter;
  rebuild_rows();
}

bool TopModel::go_back() {
  if (page_ == TopPage::kList && filter_.empty()) return false;
  if (page_ == TopPage::kList) filter_.clear();
  page_ = page_ == TopPage::kHelp ? page_before_help_ : TopPage::kList;
  rebuild_rows();
  return true;
}

void TopModel::move(std::ptrdiff_t by) {
  const auto moved = [by](std::size_t from, std::size_t most) {
    return static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(from) + by, 0,
                                                               static_cast<std::ptrdiff_t>(most)));
  };
  if (page_ == TopPage::kInside) scroll_ = moved(scroll_, static_cast<std::size_t>(kFar));
  if (page_ == TopPage::kList && !rows_.empty()) selected_ = moved(selected_, rows_.size() - 1);
}

}  // namespace vxtap::ctl
