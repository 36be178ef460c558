import Foundation

/// Figures as they are read.
public enum BenchText {
  /// About three digits that count.
  public static func number(_ value: Double) -> String {
    switch abs(value) {
    case 100...: String(format: "%.0f", value)
    case 10..<100: String(format: "%.1f", value)
    case 0.01..<10: String(format: "%.2f", value)
    default: value == 0 ? "0" : String(format: "%.4f", value)
    }
  }

  /// A spread, as a percentage to both sides.
  public static func spread(_ value: Double) -> String {
    value.isFinite ? "±\(Int((value * 100).rounded())) %" : ""
  }

  /// Columns that line up; all but the first are aligned to the right.
  public static func table(_ rows: [[String]]) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        line += column == 0 ? cell : "  " + padding + cell
        if column == 0, row.count > 1 { line += padding }
      }
      return line + "\n"
    }
    .joined()
  }
}
