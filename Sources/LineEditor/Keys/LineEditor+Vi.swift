internal import CEditLine

/// The state of vi's commands for lines between two keys.
struct ViCommands {
  /// The operation on the text that a motion covers.
  enum Operation {
    case delete, change, yank

    /// libedit's own operator.
    var key: InternalKey {
      switch self {
      case .delete: .viDelete
      case .change: .viChange
      case .yank: .viYank
      }
    }
  }

  /// The extent of the text that an operator or a capital letter cuts.
  enum Extent { case lines, insideOfLines, toEnd, toStart, toText }
  /// Where the cursor goes once vi's command mode is back.
  enum Place { case firstText(Int), at(Int) }

  /// `d`, `c` or `y`, with the key and the count it was typed with.
  var pending: (operation: Operation, key: Unicode.Scalar?, count: Int)?
  /// The digits typed since the last other key.
  private(set) var digits = ""
  /// The count before the last key that is no digit.
  private(set) var count = 1
  /// The next cut, or the one that `.` repeats, and its number of lines.
  var extent = Extent.lines
  var lineCount = 1
  /// Whether insert mode follows.
  var inserts = false
  /// The next put: behind the cursor or before it, and how often.
  var putsAfter = true
  var putCount = 1
  /// The text that these commands cut last, and whether it is put as lines; nil once libedit has
  /// cut.
  var cut: (text: String, isLines: Bool)?
  var placeAfterCut: Place?
  var place: Place?

  /// Notes a key that was typed, in whatever mode.
  mutating func note(_ key: Unicode.Scalar) {
    if ("1"..."9").contains(key) || (key == "0" && !digits.isEmpty) {
      digits.unicodeScalars.append(key)
      return
    }
    count = min(Int(digits) ?? 1, 9999)
    digits = ""
    if let operation = pending, operation.key != key, !"0^$".unicodeScalars.contains(key) {
      // The motion is libedit's, and so is what is cut.
      pending = nil
      cut = nil
    }
  }
}

extension LineEditor {
  // libedit takes a block as one long line, and these commands know its lines. They change the text as
  // if it were typed in insert mode, so that libedit keeps the change for `u` and `.`.

  /// An operator: of whole lines if it is typed twice, else of the motion that follows.
  func viOperate(_ operation: ViCommands.Operation) -> cel_answer {
    guard let pending = vi.pending, pending.operation == operation else {
      vi.pending = (operation, lastKey, vi.count)
      _ = push([operation.key])
      return CEL_ARGUMENT
    }
    let extent = operation == .change ? ViCommands.Extent.insideOfLines : .lines
    return viRun(operation, extent, pending.count * vi.count)
  }

  /// `0`: a digit of a count, or the line's beginning.
  func viZero() -> cel_answer {
    if !vi.digits.isEmpty {
      _ = push([.viZero])
      return CEL_ARGUMENT
    }
    return moveVi(.toStart, to: buffer.lineStart(buffer.cursor))
  }

  func viMoveToText() -> cel_answer { moveVi(.toText, to: buffer.textStart(buffer.cursor)) }

  func viMoveToEnd() -> cel_answer {
    let (start, end) = (buffer.lineStart(buffer.cursor), buffer.lineEnd(buffer.cursor))
    return moveVi(.toEnd, to: max(start, end - 1))
  }

  private func moveVi(_ extent: ViCommands.Extent, to index: Int) -> cel_answer {
    guard let pending = vi.pending else { return move(to: index) }
    return viRun(pending.operation, extent)
  }

  func viRun(
    _ operation: ViCommands.Operation, _ extent: ViCommands.Extent, _ count: Int = 1
  ) -> cel_answer {
    vi.pending = nil
    if operation == .yank {
      remember(range(extent, count), isLines: extent == .lines)
      return CEL_NORMAL
    }
    vi.extent = extent
    vi.lineCount = count
    vi.inserts = operation == .change
    // libedit's 'vi-insert' keeps the text for vi's `u`, while it is whole; what follows is recorded
    // for `.`.
    return push([.viInsert, .viTake, .cutAll, .restore] + (vi.inserts ? [] : [.viCommandMode]))
  }

  private func range(_ extent: ViCommands.Extent, _ count: Int) -> Range<Int> {
    let buffer = buffer
    let start = buffer.lineStart(buffer.cursor)
    switch extent {
    case .toEnd: return buffer.cursor..<buffer.lineEnd(buffer.cursor)
    case .toStart: return start..<buffer.cursor
    case .toText:
      let text = buffer.textStart(start)
      return min(text, buffer.cursor)..<max(text, buffer.cursor)
    case .lines, .insideOfLines:
      var end = buffer.lineEnd(buffer.cursor)
      for _ in 1..<max(2, count) where count > 1 && end < buffer.count {
        end = buffer.lineEnd(end + 1)
      }
      return (extent == .lines ? start : buffer.textStart(start))..<end
    }
  }

  private func remember(_ range: Range<Int>, isLines: Bool) {
    vi.cut = (buffer.string(range), isLines && buffer.text.contains(10))
  }

  /// Decides what is cut, and keeps the text around it: libedit then cuts everything, and
  /// ``restore()`` puts the text around back.
  func viTake() -> cel_answer {
    let buffer = buffer
    let range = range(vi.extent, vi.lineCount)
    remember(range, isLines: vi.extent == .lines)
    around = (
      buffer.string(0..<range.lowerBound), buffer.string(range.upperBound..<buffer.count)
    )
    vi.placeAfterCut = vi.inserts ? nil : .at(range.lowerBound)
    if vi.extent == .lines {
      // One line break goes with them.
      if around.after.isEmpty {
        if !around.before.isEmpty { around.before.removeLast() }
      } else {
        around.after.removeFirst()
      }
      vi.placeAfterCut = .firstText(around.before.unicodeScalars.count)
    }
    return CEL_NORMAL
  }

  func viPut(after: Bool) -> cel_answer {
    vi.putsAfter = after
    guard vi.cut != nil else {
      _ = push([after ? .viPutAfter : .viPutBefore])
      return CEL_ARGUMENT
    }
    vi.putCount = vi.count
    return push([.viInsert, .viPut, .viCommandMode])
  }

  func viPut() -> cel_answer {
    guard let (cut, isLines) = vi.cut else { return CEL_BEEP }
    let buffer = buffer
    let cursor = buffer.cursor
    // A count that was typed by mistake must not take all memory.
    let count = min(vi.putCount, max(1, PastedText.limit / max(1, cut.utf8.count)))
    if isLines, buffer.count > 0 {
      let each = vi.putsAfter ? "\n" + cut : cut + "\n"
      let index = vi.putsAfter ? buffer.lineEnd(cursor) : buffer.lineStart(cursor)
      vi.place = .firstText(index + (vi.putsAfter ? 1 : 0))
      _ = move(to: index)
      insert(String(repeating: each, count: count))
    } else {
      let isAtEnd = cursor == buffer.lineEnd(cursor)
      let index = cursor + (vi.putsAfter && !isAtEnd ? buffer.characterAfter(cursor) : 0)
      let all = String(repeating: cut, count: count)
      vi.place = .at(index + max(0, all.unicodeScalars.count - 1))
      _ = move(to: index)
      insert(all)
    }
    return CEL_NORMAL
  }

  /// Moves the cursor to where vi leaves it: on a character of the line, if it has any.
  func settle() {
    guard let place = vi.place else { return }
    vi.place = nil
    let buffer = buffer
    switch place {
    case .firstText(let index): _ = move(to: min(buffer.textStart(index), buffer.count))
    case .at(let index):
      let start = buffer.lineStart(min(index, buffer.count))
      let end = buffer.lineEnd(min(index, buffer.count))
      _ = move(to: max(start, min(index, end - 1)))
    }
  }
}
