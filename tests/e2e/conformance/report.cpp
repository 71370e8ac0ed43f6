#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

// conformance_report DIRECTORY FILE: prints the rows that the cases left in the directory as a table, and
// writes it to the file.

namespace {

constexpr std::size_t kColumns = 4;
constexpr int kSkipped = 77;  // SKIP_RETURN_CODE

using Row = std::array<std::string, kColumns>;

std::vector<Row> read_topic(const std::filesystem::path& file) {
  std::vector<Row> rows;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const boost::json::value row = boost::json::parse(line);
    const auto text = [&](const char* key) { return std::string(row.at(key).as_string()); };
    const bool failed =
        text("vxtapd") != text("expected") || (text("kernel") != text("expected") && text("reason").empty());
    rows.push_back({text("topic") + ": " + text("name"), text("kernel"), text("vxtapd"),
                    failed ? "NOT EXPECTED: should be " + text("expected") : text("reason")});
  }
  return rows;
}

std::vector<Row> read_all(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> files;
  if (std::filesystem::is_directory(directory))
    for (const auto& entry : std::filesystem::directory_iterator(directory)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<Row> rows;
  for (const auto& file : files)
    for (Row& row : read_topic(file)) rows.push_back(std::move(row));
  return rows;
}

std::string table(std::vector<Row> rows) {
  rows.insert(rows.begin(), Row{"case", "kernel", "vxtapd", "why they differ"});
  std::array<std::size_t, kColumns> widths{};
  for (const Row& row : rows)
    for (std::size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], row[i].size());
  std::ostringstream out;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < kColumns; ++i)
      line += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
  }
  return out.str();
}

}  // namespace

int main(int argc, char* argv[]) try {
  if (argc != 3) {
    std::cerr << "usage: conformance_report DIRECTORY FILE\n";
    return 2;
  }
  const auto rows = read_all(argv[1]);
  if (rows.empty()) {
    std::cout << "no case has left a row in " << argv[1] << '\n';
    return kSkipped;
  }
  const std::string text = table(rows);
  std::cout << text;
  return std::ofstream(argv[2]) << text << std::flush ? 0 : 1;
} catch (const std::exception& error) {
  std::cerr << "conformance_report: " << error.what() << '\n';
  return 1;
}
