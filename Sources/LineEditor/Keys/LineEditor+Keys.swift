internal import CEditLine

extension LineEditor {
  /// Runs the command that a key is bound to.
  func perform(_ command: cel_command) -> cel_answer {
    switch command {
    case CEL_ENTER: return enter()
    case CEL_COMPLETE: return complete()
    case CEL_SEARCH: return search()
    case CEL_PASTE: return paste()
    case CEL_UP: return moveUp()
    case CEL_DOWN: return moveDown()
    case CEL_LEFT: return move(by: -buffer.characterBefore(buffer.cursor))
    case CEL_RIGHT: return move(by: buffer.characterAfter(buffer.cursor))
    case CEL_HOME: return move(to: buffer.lineStart(buffer.cursor))
    case CEL_END: return move(to: buffer.lineEnd(buffer.cursor))
    case CEL_RUBOUT: return delete(buffer.characterBefore(buffer.cursor))
    case CEL_DELETE: return deleteNext()
    case CEL_DELETE_OR_END: return buffer.count == 0 ? CEL_EOF : deleteNext()
    case CEL_CLEAR: return clear()
    case CEL_KILL_TO_END: return killToEnd()
    case CEL_KILL_LINE: return killLine()
    case CEL_RESTORE: return restore()
    default: return performVi(command)
    }
  }

  // MARK: Moving and deleting

  private func move(by offset: Int) -> cel_answer {
    if offset == 0 { return CEL_BEEP }
    cel_move(handle, Int32(offset))
    return CEL_NORMAL
  }

  func move(to index: Int) -> cel_answer {
    cel_move(handle, Int32(index - buffer.cursor))
    return CEL_NORMAL
  }

  private func delete(_ count: Int) -> cel_answer {
    if count == 0 { return CEL_BEEP }
    cel_delete_back(handle, Int32(count))
    return CEL_NORMAL
  }

  private func deleteNext() -> cel_answer {
    let count = buffer.characterAfter(buffer.cursor)
    cel_move(handle, Int32(count))
    return delete(count)
  }

  private func clear() -> cel_answer {
    if isDumb { return CEL_BEEP }
    output.writeRaw("\u{1B}[H\u{1B}[2J")
    forgetFrame()
    return CEL_NORMAL
  }

  /// Up within a block, from its first line to older entries.
  private func moveUp() -> cel_answer {
    let buffer = buffer
    let start = buffer.lineStart(buffer.cursor)
    guard start > 0 else { return showOlder() }
    let above = buffer.lineStart(start - 1)
    return move(to: min(above + buffer.cursor - start, start - 1))
  }

  /// Down within a block, from its last line to newer entries.
  private func moveDown() -> cel_answer {
    let buffer = buffer
    let end = buffer.lineEnd(buffer.cursor)
    guard end < buffer.count else { return showNewer() }
    let column = buffer.cursor - buffer.lineStart(buffer.cursor)
    return move(to: min(end + 1 + column, buffer.lineEnd(end + 1)))
  }

  func push(_ keys: UnsafePointer<wchar_t>?) -> cel_answer {
    cel_push(handle, keys)
    return CEL_NORMAL
  }

  // MARK: Cutting

  // libedit cuts up to the end of all it has, and keeps what it cut for Ctrl-Y. So it is left with
  // the one line while it cuts; the lines around come back afterwards.

  private func killToEnd() -> cel_answer {
    let buffer = buffer
    let end = buffer.lineEnd(buffer.cursor)
    if end == buffer.cursor, end < buffer.count { return deleteNext() }
    takeAway(before: 0, after: end)
    return push(cel_cut_to_end_keys)
  }

  private func killLine() -> cel_answer {
    let buffer = buffer
    takeAway(
      before: buffer.lineStart(buffer.cursor), after: buffer.lineEnd(buffer.cursor))
    return push(cel_cut_all_keys)
  }

  func takeAway(before start: Int, after end: Int) {
    let buffer = buffer
    around = (buffer.string(0..<start), buffer.string(end..<buffer.count))
    cel_move(handle, Int32(buffer.count - buffer.cursor))
    cel_delete_back(handle, Int32(buffer.count - end))
    cel_move(handle, Int32(start - end))
    cel_delete_back(handle, Int32(start))
    cel_move(handle, Int32(buffer.cursor - start))
  }

  private func restore() -> cel_answer {
    let (before, after) = around
    around = ("", "")
    vi.place = vi.placeAfterCut
    vi.placeAfterCut = nil
    let cursor = buffer.cursor
    cel_move(handle, Int32(-cursor))
    insert(before)
    cel_move(handle, Int32(buffer.count - buffer.cursor))
    insert(after)
    return move(to: before.unicodeScalars.count + cursor)
  }

  // MARK: Completion

  private func complete() -> cel_answer {
    let (text, position) = edited()
    let offered = completions(text, position)
    guard let first = offered.first, (0...position).contains(first.start) else {
      return hint(text, position).map(showOffer) == true ? CEL_NORMAL : CEL_BEEP
    }
    let same = offered.filter { $0.start == first.start }
    let typed = Array(text.unicodeScalars)[first.start..<position]
    let prefix =
      same.count == 1
      ? first.replacement + first.suffix : commonPrefix(same.map(\.replacement))
    let grows =
      same.count == 1 || prefix.unicodeScalars.count > typed.count
    if grows {
      cel_delete_back(handle, Int32(position - first.start))
      insert(prefix)
      return CEL_NORMAL
    }
    return list(same.map(\.label)) ? CEL_NORMAL : CEL_BEEP
  }

  private func list(_ labels: [String]) -> Bool {
    let (width, rows) = screenSize
    let margin = displayWidth(listPrefix)
    var lines = columns(labels, width: max(1, width - margin), measure: displayWidth)
    let most = max(4, rows - 4)
    if lines.count > most {
      let left = lines.count - most
      lines.removeLast(left)
      lines.append("(\(left) more lines; type another letter)")
    }
    return showOffer(lines.map { listPrefix + $0 }.joined(separator: "\n"))
  }
}
