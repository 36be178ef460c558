internal import CEditLine

/// What vi's commands for lines need to know of the keys before.
struct ViCommands {
  /// What an operator or a capital letter cuts.
  enum Extent { case lines, insideOfLines, toEnd, toStart, toText }
  /// Where the cursor goes once vi's command mode is back.
  enum Place { case firstText(Int), at(Int) }

  /// `d`, `c` or `y`, with the key and the count it was typed with.
  var pending: (command: cel_command, key: Unicode.Scalar?, count: Int)?
  /// The digits typed since the last other key.
  private(set) var digits = ""
  /// The count before the last key that is no digit.
  private(set) var count = 1
  /// What is cut next, or again by `.`, and of how many lines.
  var extent = Extent.lines
  var lineCount = 1
  /// Whether insert mode follows.
  var inserts = false
  /// What is put next: behind the cursor, or before it; and how often.
  var putsAfter = true
  var putCount = 1
  /// What these commands cut last, and whether it is put as lines; nil once libedit has cut.
  var cut: (text: String, isLines: Bool)?
  var placeAfterCut: Place?
  var place: Place?

  /// A key was typed, in whatever mode.
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
  // libedit takes a block as one long line: these commands know its lines. They change the text as
  // if typed in insert mode, which libedit keeps for `u` and `.`.

  func performVi(_ command: cel_command) -> cel_answer {
    switch command {
    case CEL_VI_DELETE: return operate(command, cel_vi_delete_keys)
    case CEL_VI_CHANGE: return operate(command, cel_vi_change_keys)
    case CEL_VI_YANK: return operate(command, cel_vi_yank_keys)
    case CEL_VI_DELETE_TO_END: return run(CEL_VI_DELETE, .toEnd, 1)
    case CEL_VI_CHANGE_TO_END: return run(CEL_VI_CHANGE, .toEnd, 1)
    case CEL_VI_CHANGE_LINE: return run(CEL_VI_CHANGE, .insideOfLines, vi.count)
    case CEL_VI_YANK_LINE: return run(CEL_VI_YANK, .lines, vi.count)
    case CEL_VI_ZERO:
      if !vi.digits.isEmpty {
        _ = push(cel_vi_zero_keys)
        return CEL_ARGUMENT
      }
      return moveVi(.toStart, to: buffer.lineStart(buffer.cursor))
    case CEL_VI_TEXT: return moveVi(.toText, to: buffer.textStart(buffer.cursor))
    case CEL_VI_END:
      let (start, end) = (buffer.lineStart(buffer.cursor), buffer.lineEnd(buffer.cursor))
      return moveVi(.toEnd, to: max(start, end - 1))
    case CEL_VI_PUT_AFTER: return put(after: true)
    case CEL_VI_PUT_BEFORE: return put(after: false)
    case CEL_VI_TAKE: return take()
    case CEL_VI_PUT: return put()
    default: return CEL_BEEP
    }
  }

  /// An operator: of whole lines if it is typed twice, else of the motion that follows.
  private func operate(_ command: cel_command, _ keys: UnsafePointer<wchar_t>?) -> cel_answer {
    guard let pending = vi.pending, pending.command == command else {
      vi.pending = (command, lastKey, vi.count)
      _ = push(keys)
      return CEL_ARGUMENT
    }
    let extent = command == CEL_VI_CHANGE ? ViCommands.Extent.insideOfLines : .lines
    return run(command, extent, pending.count * vi.count)
  }

  private func moveVi(_ extent: ViCommands.Extent, to index: Int) -> cel_answer {
    guard let pending = vi.pending else { return move(to: index) }
    return run(pending.command, extent, 1)
  }

  private func run(
    _ command: cel_command, _ extent: ViCommands.Extent, _ count: Int
  ) -> cel_answer {
    vi.pending = nil
    if command == CEL_VI_YANK {
      remember(range(extent, count), isLines: extent == .lines)
      return CEL_NORMAL
    }
    vi.extent = extent
    vi.lineCount = count
    vi.inserts = command == CEL_VI_CHANGE
    return push(vi.inserts ? cel_vi_cut_and_insert_keys : cel_vi_cut_keys)
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

  /// Finds what is cut; libedit then cuts everything, and what is left comes back.
  private func take() -> cel_answer {
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

  private func put(after: Bool) -> cel_answer {
    vi.putsAfter = after
    guard vi.cut != nil else {
      _ = push(after ? cel_vi_put_after_keys : cel_vi_put_before_keys)
      return CEL_ARGUMENT
    }
    vi.putCount = vi.count
    return push(cel_vi_put_keys)
  }

  private func put() -> cel_answer {
    guard let (cut, isLines) = vi.cut else { return CEL_BEEP }
    let buffer = buffer
    let cursor = buffer.cursor
    // A count as typed by mistake must not take all memory.
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
