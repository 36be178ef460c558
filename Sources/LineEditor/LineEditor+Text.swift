internal import CEditLine

// In libedit's buffer a tab follows each line break: it keeps the columns free in which the
// continuation prompt is painted. Outside the buffer these tabs do not exist.
extension LineEditor {
  /// What is in libedit's buffer, tabs and all, and where the cursor is.
  func scalars() -> ([Unicode.Scalar], cursor: Int) {
    var length: Int32 = 0
    var cursor: Int32 = 0
    guard let buffer = cel_buffer(handle, &length, &cursor) else { return ([], 0) }
    let wide = UnsafeBufferPointer(start: buffer, count: Int(length))
    return (wide.map { Unicode.Scalar(UInt32(bitPattern: $0)) ?? "\u{FFFD}" }, Int(cursor))
  }

  /// The text as its user sees it, and the cursor in its Unicode scalars.
  func edited() -> (String, cursor: Int) {
    let (all, cursor) = scalars()
    let before = shown(all[..<cursor])
    return (shown(all[...]), before.unicodeScalars.count)
  }

  func shown(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    for scalar in scalars where scalar != "\t" { text.append(scalar) }
    return String(text)
  }

  /// A result of libedit as text.
  func string(_ wide: UnsafePointer<wchar_t>, count: Int) -> String {
    let buffer = UnsafeBufferPointer(start: wide, count: count)
    return shown(buffer.map { Unicode.Scalar(UInt32(bitPattern: $0)) ?? "\u{FFFD}" }[...])
  }

  /// Text as libedit's buffer holds it, ended by 0.
  func wide(_ text: String) -> [wchar_t] {
    var result: [wchar_t] = []
    result.reserveCapacity(text.utf8.count + 1)
    for scalar in text.unicodeScalars where scalar != "\0" {
      result.append(wchar_t(bitPattern: scalar.value))
      if scalar == "\n" { result.append(9) }
    }
    result.append(0)
    return result
  }

  func insert(_ text: String) {
    if text.contains("\n") { hasBreaks = true }
    cel_insert(handle, wide(text))
  }

  func replaceAll(_ text: String) {
    hasBreaks = text.contains("\n")
    cel_replace_all(handle, wide(text))
  }

  func rememberInLibedit(_ entry: String) {
    cel_history_add(handle, wide(entry))
  }
}
