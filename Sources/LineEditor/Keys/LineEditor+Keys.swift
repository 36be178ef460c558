internal import CEditLine

extension LineEditor {
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

  func moveLeft() -> cel_answer { move(by: -buffer.characterBefore(buffer.cursor)) }
  func moveRight() -> cel_answer { move(by: buffer.characterAfter(buffer.cursor)) }
  func moveToLineStart() -> cel_answer { move(to: buffer.lineStart(buffer.cursor)) }
  func moveToLineEnd() -> cel_answer { move(to: buffer.lineEnd(buffer.cursor)) }

  func deletePrevious() -> cel_answer { delete(buffer.characterBefore(buffer.cursor)) }

  func deleteNextOrEnd() -> cel_answer { buffer.count == 0 ? CEL_EOF : deleteNext() }

  func deleteNext() -> cel_answer {
    let count = buffer.characterAfter(buffer.cursor)
    cel_move(handle, Int32(count))
    return delete(count)
  }

  func clear() -> cel_answer {
    if isDumb { return CEL_BEEP }
    output.writeRaw("\u{1B}[H\u{1B}[2J")
    forgetFrame()
    return CEL_NORMAL
  }

  /// Up within a block, from its first line to older entries.
  func moveUp() -> cel_answer {
    let buffer = buffer
    let start = buffer.lineStart(buffer.cursor)
    guard start > 0 else { return showOlder() }
    let above = buffer.lineStart(start - 1)
    return move(to: min(above + buffer.cursor - start, start - 1))
  }

  /// Down within a block, from its last line to newer entries.
  func moveDown() -> cel_answer {
    let buffer = buffer
    let end = buffer.lineEnd(buffer.cursor)
    guard end < buffer.count else { return showNewer() }
    let column = buffer.cursor - buffer.lineStart(buffer.cursor)
    return move(to: min(end + 1 + column, buffer.lineEnd(end + 1)))
  }

  /// Gives libedit keys, as if they were typed next.
  func push(_ keys: [InternalKey]) -> cel_answer {
    cel_push(handle, keys.map { wchar_t(bitPattern: $0.scalar.value) } + [0])
    return CEL_NORMAL
  }

  // MARK: Cutting

  // libedit cuts up to the end of its whole text, and keeps what it cut for Ctrl-Y. So the lines around
  // the one with the cursor are taken away while it cuts, and put back afterwards.

  func cutToLineEnd() -> cel_answer {
    let buffer = buffer
    let end = buffer.lineEnd(buffer.cursor)
    if end == buffer.cursor, end < buffer.count { return deleteNext() }
    takeAway(before: 0, after: end)
    return push([.cutToEnd, .restore])
  }

  func cutLine() -> cel_answer {
    let buffer = buffer
    takeAway(
      before: buffer.lineStart(buffer.cursor), after: buffer.lineEnd(buffer.cursor))
    return push([.cutAll, .restore])
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

  func restore() -> cel_answer {
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

  func complete() -> cel_answer {
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
