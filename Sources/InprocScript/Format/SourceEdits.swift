/// Changes to single lines of a text; all else stays byte for byte, the ends of lines too.
///
/// An added line ends as the line before it does. The text ends without a line end where it did.
struct SourceEdits {
  private var lines: [[UInt8]]
  private var inserted: [Int: [String]] = [:]
  private var deleted: Set<Int> = []
  private var replaced: [Int: [(range: Range<Int>, text: String)]] = [:]

  init(_ bytes: [UInt8]) {
    lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
  }

  /// The scalars of a line, from 1, without its end.
  func line(_ number: Int) -> [Unicode.Scalar] {
    guard lines.indices.contains(number - 1) else { return [] }
    var scalars = Array(String(decoding: lines[number - 1], as: UTF8.self).unicodeScalars)
    if number == 1, scalars.first == "\u{FEFF}" { scalars.removeFirst() }
    if scalars.last == "\r" { scalars.removeLast() }
    return scalars
  }

  mutating func replace(_ range: SourceRange, with text: String) {
    replaced[range.line, default: []]
      .append((range.column - 1..<range.column - 1 + range.length, text))
  }

  /// Adds a text in a line, right behind a range of it.
  mutating func insert(_ text: String, behind range: SourceRange) {
    let end = range.column - 1 + range.length
    replaced[range.line, default: []].append((end..<end, text))
  }

  mutating func insert(_ text: String, afterLine line: Int) {
    inserted[line, default: []].append(text)
  }

  mutating func delete(line: Int) { deleted.insert(line) }

  /// The text with all changes made.
  var bytes: [UInt8] {
    var result: [(line: [UInt8], end: [UInt8])] = []
    for (index, original) in lines.enumerated() {
      let number = index + 1
      let end = self.end(of: index)
      // The text behind the last line end is a line only if it is not empty.
      let isLine = number < lines.count || !original.isEmpty
      if !deleted.contains(number), isLine {
        let hasReturn = number < lines.count && original.last == 13
        let content = hasReturn ? original.dropLast() : original[...]
        result.append((replaced[number].map { edited(number, $0) } ?? Array(content), end))
      }
      for text in inserted[number] ?? [] { result.append((Array(text.utf8), end)) }
    }
    if let last = result.indices.last, lines.last?.isEmpty == false { result[last].end = [] }
    return result.flatMap { $0.line + $0.end }
  }

  /// How a line ends; the last one, where it has no end, as the line before it.
  private func end(of index: Int) -> [UInt8] {
    let line = index == lines.count - 1 ? index - 1 : index
    return lines.indices.contains(line) && lines[line].last == 13 ? [13, 10] : [10]
  }

  private func edited(_ number: Int, _ edits: [(range: Range<Int>, text: String)]) -> [UInt8] {
    var scalars = line(number)
    for (range, text) in edits.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
      scalars.replaceSubrange(range.clamped(to: 0..<scalars.count), with: text.unicodeScalars)
    }
    let mark: [UInt8] =
      number == 1 && lines[0].starts(with: LineEnds.mark) ? LineEnds.mark : []
    return mark + SourceText.utf8(scalars[...])
  }
}
