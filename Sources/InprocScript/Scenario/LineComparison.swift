import Inproc
import InprocText

/// Expected lines beside those that came, with a mark under the first field that differs.
struct LineComparison {
  let expected: [Expectation]
  let actual: [ResultLine]
  let index: Int
  let difference: Expectation.Mismatch?

  private static let expectedTag = "  expected: "
  private static let actualTag = "  actual:   "
  /// Beyond this many columns a mark would not stand under what it marks.
  private static let widestMark = 100

  var lines: [String] {
    var text: [String] = []
    for line in 0..<max(expected.count, actual.count) {
      let isDifferent = line == index
      let wanted = line < expected.count ? expected[line].text : "(no line)"
      text.append(LineComparison.expectedTag + wanted.escapingUnprintable)
      if isDifferent, line < expected.count, let difference,
        let place = expected[line].place(of: difference)
      {
        text += mark(wanted, place, after: LineComparison.expectedTag)
      }
      let came = line < actual.count ? actual[line].printed : "(no line)"
      text.append(LineComparison.actualTag + came + (isDifferent ? "   <- differs" : ""))
      if isDifferent, line < actual.count, let field = difference?.field {
        text += mark(came, actual[line].place(ofField: field), after: LineComparison.actualTag)
      }
    }
    return text
  }

  private func mark(_ text: String, _ place: Range<Int>, after tag: String) -> [String] {
    let scalars = Array(text.unicodeScalars)
    func cells(_ part: ArraySlice<Unicode.Scalar>) -> Int {
      String(String.UnicodeScalarView(part)).escapingUnprintable.cells
    }
    let start = cells(scalars.prefix(place.lowerBound))
    let missing = max(0, place.lowerBound - scalars.count)
    let width = cells(scalars.dropFirst(place.lowerBound).prefix(place.count))
    guard start < LineComparison.widestMark else { return [] }
    return [
      String(repeating: " ", count: tag.count + start + missing) + "^"
        + String(repeating: "~", count: max(0, min(width, LineComparison.widestMark) - 1))
    ]
  }
}

extension ResultLine {
  /// Where a field stands in the printed line, in scalars; behind its end for one that is missing.
  fileprivate func place(ofField field: Int) -> Range<Int> {
    guard case .fields(let fields) = self else { return 3..<printed.unicodeScalars.count }
    var start = 3
    for other in fields.prefix(field) { start += other.printed.unicodeScalars.count + 1 }
    guard field < fields.count else { return start..<(start + 1) }
    return start..<(start + max(1, fields[field].printed.unicodeScalars.count))
  }
}

extension Expectation {
  /// Where the pattern stands that a field does not match; nil where that can't be told: a variable
  /// before it may stand for several fields.
  fileprivate func place(of difference: Mismatch) -> Range<Int>? {
    guard let field = difference.field, alternatives.indices.contains(difference.alternative),
      case .fields(let patterns) = alternatives[difference.alternative]
    else { return nil }
    for case .value(.splice) in patterns.prefix(field) { return nil }
    var words = PatternWords(text).words
    for _ in 0..<difference.alternative {
      guard let bar = words.firstIndex(where: \.isBar) else { return nil }
      words.removeFirst(bar + 1)
    }
    let fields = words.prefix { !$0.isBar }.filter { !$0.isSign }
    if field < fields.count { return fields[field].range }
    let end = fields.last?.range.upperBound ?? 3
    return (end + 1)..<(end + 2)
  }
}

/// The words of an expectation's text and where they stand.
private struct PatternWords {
  struct Word {
    var range: Range<Int>
    var text: String
    var isBar: Bool { text == "|" }
    var isSign: Bool { text == "=>" || text == "=!" }
  }
  private(set) var words: [Word] = []

  init(_ text: String) {
    let scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count {
      guard !scalars[index].isBlank else {
        index += 1
        continue
      }
      let start = index
      index = scalars[index] == "|" ? index + 1 : PatternWords.end(of: scalars, from: index)
      let word = String(String.UnicodeScalarView(scalars[start..<index]))
      words.append(Word(range: start..<index, text: word))
    }
  }

  private static func end(of scalars: [Unicode.Scalar], from start: Int) -> Int {
    let quote: Unicode.Scalar? =
      scalars[start] == "\"" || scalars[start] == "'" || scalars[start] == "/"
      ? scalars[start] : nil
    var index = start + (quote == nil ? 0 : 1)
    var depth = 0
    while index < scalars.count {
      let scalar = scalars[index]
      if let quote {
        if scalar == "\\", quote != "'" { index += 1 }
        if scalar == quote { return min(index + 1, scalars.count) }
      } else if scalar == "(" {
        depth += 1
      } else if scalar == ")" {
        depth -= 1
      } else if depth == 0, scalar.isBlank || scalar == "|" {
        break
      }
      index += 1
    }
    return min(index, scalars.count)
  }
}
