internal import CEditLine

extension LineEditor {
  /// The text in libedit's own memory, valid until the next call of libedit.
  struct Buffer {
    let text: UnsafeBufferPointer<wchar_t>
    let cursor: Int

    var count: Int { text.count }

    /// Where the line with this index begins.
    func lineStart(_ index: Int) -> Int {
      var start = index
      while start > 0, text[start - 1] != 10 { start -= 1 }
      return start
    }

    /// Where the line with this index ends: at its line break, or the text's end.
    func lineEnd(_ index: Int) -> Int {
      var end = index
      while end < text.count, text[end] != 10 { end += 1 }
      return end
    }

    /// Where the line with this index has its first character that is no blank; else the line's end.
    func textStart(_ index: Int) -> Int {
      var start = lineStart(index)
      while start < text.count, text[start] == 32 { start += 1 }
      return start
    }

    func string(_ range: Range<Int>) -> String {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(range.count + 16)
      for index in range {
        let value = UInt32(bitPattern: text[index])
        if value < 0x80 {
          bytes.append(UInt8(value))
        } else {
          bytes += String(Unicode.Scalar(value) ?? "\u{FFFD}").utf8
        }
      }
      return String(decoding: bytes, as: UTF8.self)
    }

    /// How many scalars the character before an index has.
    func characterBefore(_ index: Int) -> Int {
      string(max(0, index - 64)..<index).last?.unicodeScalars.count ?? 0
    }

    /// How many scalars the character at an index has.
    func characterAfter(_ index: Int) -> Int {
      string(index..<min(count, index + 64)).first?.unicodeScalars.count ?? 0
    }
  }

  var buffer: Buffer {
    var length: Int32 = 0
    var cursor: Int32 = 0
    let start = cel_buffer(handle, &length, &cursor)
    return Buffer(text: .init(start: start, count: Int(length)), cursor: Int(cursor))
  }

  /// The text, and the cursor in its Unicode scalars.
  func edited() -> (String, cursor: Int) {
    let buffer = buffer
    return (buffer.string(0..<buffer.count), buffer.cursor)
  }

  /// Text as libedit's buffer holds it, ended by 0.
  func wide(_ text: String) -> [wchar_t] {
    var result: [wchar_t] = []
    result.reserveCapacity(text.utf8.count + 1)
    for scalar in text.unicodeScalars where scalar != "\0" {
      result.append(wchar_t(bitPattern: scalar.value))
    }
    result.append(0)
    return result
  }

  func insert(_ text: String) {
    if !text.isEmpty { cel_insert(handle, wide(text)) }
  }

  func replaceAll(_ text: String) {
    let old = buffer
    cel_move(handle, Int32(old.count - old.cursor))
    cel_delete_back(handle, Int32(old.count))
    insert(text)
  }

  func rememberInLibedit(_ entry: String) {
    cel_history_add(handle, wide(entry))
  }
}
