/// A table of what threads did: each thread has a column of its own, its lane, and time runs
/// downwards.
package struct LaneTable: Sendable {
  /// A row of the table: what one thread did.
  package struct Row: Sendable {
    /// A cell for each column of the margin.
    package var margin: [String]
    /// The index of the lane in which the text stands; nil for a text that crosses all lanes.
    package var lane: Int?
    package var text: String

    package init(margin: [String] = [], lane: Int?, text: String) {
      self.margin = margin
      self.lane = lane
      self.text = text
    }
  }

  /// What separates the lanes from each other and the heading from the rows.
  package enum Border: Sendable {
    case blanks
    /// A line of ASCII characters.
    case line

    fileprivate var betweenLanes: String { self == .line ? " | " : "   " }
  }

  private let lanes: [String]
  private let margins: [String]
  private let border: Border
  private let rows: [Row]

  private static let indentation = "  "
  private static let afterMargin = "  "
  private static let narrowestLane = 14

  /// - Parameters:
  ///   - lanes: the names of the threads.
  ///   - margins: the titles of the columns to the left of all lanes.
  ///   - border: what separates the lanes.
  ///   - rows: the rows in the order of time.
  package init(lanes: [String], margins: [String] = [], border: Border, rows: [Row]) {
    self.lanes = lanes
    self.margins = margins
    self.border = border
    self.rows = rows
  }

  /// The table's lines.
  ///
  /// Texts are cut where all lanes together would be wider than the given width. Where the lanes
  /// would become too narrow to read, they become one, which names the thread in each row.
  ///
  /// - Parameter width: how many cells of a terminal a line may take; nil for any number.
  /// - Returns: the heading and a line for each row.
  package func lines(width: Int? = nil) -> [String] {
    let margins = self.margins.enumerated().map { index, title in
      Column(title: title, rows.map { $0.margin[index] }, isRightAligned: true)
    }
    guard let width else { return lines(margins, laneColumns) }
    let room =
      width - Self.indentation.cells - margins.reduce(0) { $0 + $1.width + Self.afterMargin.cells }
    guard lanes.count * (Self.narrowestLane + border.betweenLanes.cells) <= room else {
      var lane = onlyLane
      lane.width = min(lane.width, room)
      return lines(margins, [lane])
    }
    var columns = laneColumns
    let widths = columnWidths(
      wanted: columns.map(\.width),
      within: room - border.betweenLanes.cells * (columns.count - 1)
    ).widths
    for (index, width) in widths.enumerated() { columns[index].width = width }
    return lines(margins, columns)
  }

  private var laneColumns: [Column] {
    lanes.enumerated().map { lane, name in
      Column(title: name, rows.map { $0.lane == lane ? $0.text : "" })
    }
  }

  private var onlyLane: Column {
    Column(
      title: "thread: what it does",
      rows.map { row in (row.lane.map { lanes[$0] + ": " } ?? "") + row.text })
  }

  private func lines(_ margins: [Column], _ lanes: [Column]) -> [String] {
    func line(_ margin: [String], _ cells: [String], _ separator: String) -> String {
      (Self.indentation
        + (margin + [cells.joined(separator: separator)]).joined(separator: Self.afterMargin))
        .withoutTrailingBlanks
    }
    let between = border.betweenLanes
    var lines = [line(margins.map(\.titleCell), lanes.map(\.titleCell), between)]
    if border == .line { lines.append(line(margins.map(\.rule), lanes.map(\.rule), "-+-")) }
    for (index, row) in rows.enumerated() {
      let cells = row.lane == nil ? [row.text] : lanes.map { $0.cell(index) }
      lines.append(line(margins.map { $0.cell(index) }, cells, between))
    }
    return lines
  }
}

/// A column of the table: its cells are cut to its width.
private struct Column {
  private let title: String
  private let cells: [String]
  private let isRightAligned: Bool
  var width: Int

  init(title: String, _ cells: [String], isRightAligned: Bool = false) {
    self.title = title
    self.cells = cells
    self.isRightAligned = isRightAligned
    width = max(title.cells, cells.map(\.cells).max() ?? 0)
  }

  var titleCell: String { padded(title) }
  var rule: String { String(repeating: "-", count: width) }
  func cell(_ row: Int) -> String { padded(cells[row]) }

  private func padded(_ text: String) -> String {
    let text = text.cut(to: width)
    return isRightAligned ? text.rightAligned(to: width) : text.padded(to: width)
  }
}
