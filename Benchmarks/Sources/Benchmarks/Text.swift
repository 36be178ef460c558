import Foundation

/// Ratios and tables as they are read.
enum Text {
  static func ratio(_ value: Double) -> String {
    value >= 100
      ? String(format: "%.0f x", value)
      : String(format: value >= 10 ? "%.1f x" : "%.2f x", value)
  }

  /// A table in Markdown.
  static func markdown(_ head: [String], _ rows: [[String]]) -> String {
    ([head, head.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |\n" }
      .joined()
  }
}
